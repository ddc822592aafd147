"""What runs inside the Rasa environment (Python 3.10): a launcher and measured fixes to Rasa."""

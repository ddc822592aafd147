"""What the trained classifier reads in each line of a file: ``rasa_parses.py MODEL LINES OUT``.

Runs in the Rasa environment. OUT becomes a JSON list, in the order of the lines, of
``{"text", "intent", "intent_ranking"}``; the standard output is left to Rasa's own log.
"""

import asyncio
import json
import sys
from pathlib import Path

from rasa.core.agent import Agent


async def main(model: str, lines: str, out: str) -> None:
    agent = Agent.load(model)
    parses = [
        await agent.parse_message(text) for text in Path(lines).read_text("utf-8").splitlines()
    ]
    kept = [{key: parse[key] for key in ("text", "intent", "intent_ranking")} for parse in parses]
    Path(out).write_text(json.dumps(kept, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

import pytest

from bot.roles import Label, Role


@pytest.mark.parametrize(
    ("feminine", "masculine", "both"),
    [
        ("Développeuse web", "Développeur web", "Développeuse / Développeur web"),
        ("Data analyst", "Data analyst", "Data analyst"),
        ("Testeuse", "Testeur", "Testeuse / Testeur"),
        ("Web conceptrice", "Web concepteur", "Web conceptrice / Web concepteur"),
    ],
)
def test_a_label_says_both_forms_once(feminine: str, masculine: str, both: str) -> None:
    assert Label(feminine=feminine, masculine=masculine).both == both


def test_names_of_a_role_leave_out_what_a_label_adds_in_brackets(roles: dict[str, Role]) -> None:
    names = roles["referent-numerique"].names
    assert names[:2] == ("Référente numérique", "Référent numérique")

"""Commands of those who run the advisers' desk: accounts, corrections, backup."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.settings import PROJECT, Settings

if TYPE_CHECKING:
    from bot.conversations import ConversationStore

_ROLES = click.Choice(["adviser", "lead", "operator"])
_role = click.option("--role", type=_ROLES, help="Default: adviser, or what the account has.")
_organisation = click.option("--organisation", help="Its name; needed when there are several.")


@click.group()
def adviser() -> None:
    """Accounts of the adviser console."""


@adviser.command("add")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
@_role
@_organisation
@click.pass_obj
def add(
    settings: Settings,
    email: str,
    password_stdin: bool,
    role: str | None,
    organisation: str | None,
) -> None:
    """Add an adviser, or change the password (and what is given) of one."""
    from bot.conversations import AccountRole
    from bot.conversations.advisers import add_adviser

    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    add_adviser(
        _store(settings),
        email=email,
        password=password,
        role=AccountRole(role) if role else None,
        organisation=organisation,
    )
    click.echo(f"{email} can log in at /conseil")


@adviser.command("invite")
@click.argument("email")
@_role
@_organisation
@click.pass_obj
def invite(settings: Settings, email: str, role: str | None, organisation: str | None) -> None:
    """Print a link by which EMAIL chooses a password, once and within seven days."""
    from datetime import UTC, datetime

    from bot.conversations import AccountRole
    from bot.conversations.accounts import Accounts
    from bot.conversations.advisers import check_email, organisation_named

    accounts = Accounts(_store(settings).engine)
    check_email(email)
    given = AccountRole(role or AccountRole.ADVISER)
    member = organisation_named(accounts, organisation, role=given)
    token = accounts.invite(
        email,
        role=given,
        organisation_id=member.id if member else None,
        now=datetime.now(UTC),
    )
    click.echo(f"{settings.public_url.rstrip('/')}/conseil/invitation/{token}")


@adviser.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Accounts and organisations, one JSON object a line."""
    from bot.conversations.accounts import Accounts

    accounts = Accounts(_store(settings).engine)
    for organisation in accounts.organisations():
        covers = "France" if organisation.nationwide else sorted(organisation.departments)
        _print({"organisation": organisation.name, "departments": covers})
    for account in accounts.all():
        _print(
            {
                "email": account.email,
                "role": account.role,
                "organisation": account.organisation.name if account.organisation else None,
                "second_factor": account.totp_secret is not None,
            }
        )


@adviser.command("remove")
@click.argument("email")
@click.pass_obj
def remove(settings: Settings, email: str) -> None:
    """Close an account; what it followed is free again."""
    from bot.conversations.accounts import Accounts

    if not Accounts(_store(settings).engine).remove(email):
        raise click.ClickException(f"no account {email[:80]!r}")
    click.echo(f"{email} cannot log in any more")


@adviser.command("reset")
@click.argument("email")
@click.pass_obj
def reset(settings: Settings, email: str) -> None:
    """Take off the second factor and the lock of an account whose owner lost her telephone."""
    from bot.conversations.access import unlock
    from bot.conversations.accounts import Accounts

    accounts = Accounts(_store(settings).engine)
    if not accounts.set_totp(email, None):
        raise click.ClickException(f"no account {email[:80]!r}")
    unlock(accounts.engine, email)
    click.echo(f"{email} logs in with the password alone")


@adviser.command("organisation")
@click.argument("name")
@click.option("--department", "departments", multiple=True, help="A code: 57, 2A, 974; repeat it.")
@click.option("--nationwide", is_flag=True, help="The whole of France, people without a place too.")
@click.pass_obj
def organisation(
    settings: Settings, name: str, departments: tuple[str, ...], nationwide: bool
) -> None:
    """Add an organisation, or change its territory."""
    from bot.conversations import territories
    from bot.conversations.accounts import Accounts

    if nationwide == bool(departments):
        raise click.ClickException("give either --nationwide or one --department or more")
    codes = [code.upper() for code in departments]
    unknown = [code for code in codes if code not in territories.departments()]
    if unknown or not name.strip():
        raise click.ClickException(
            f"no département: {', '.join(unknown)}" if unknown else "no name"
        )
    accounts = Accounts(_store(settings).engine)
    accounts.save_organisation(name.strip(), departments=None if nationwide else codes)
    click.echo(f"{name.strip()}: {'France' if nationwide else ' '.join(sorted(codes))}")


@adviser.command("cases")
@click.pass_obj
def cases(settings: Settings) -> None:
    """Corrections of roles as evaluation cases: JSONL, with consent, nothing personal."""
    from bot.conversations.cases import Cases, known_words
    from bot.matching.corpus import load_corpus
    from bot.roles import load_roles

    corpus = load_corpus(load_roles(settings.roles_dir), PROJECT / "data" / "corpus")
    vocabulary = known_words(sample.text for sample in corpus)
    for case in Cases(_store(settings).engine, vocabulary=vocabulary).export():
        _print(case)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Copy the conversations database into FILE, while the service runs; prints counts."""
    from bot.conversations.backup import Backup

    _print(Backup(_store(settings).engine).save(file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(settings: Settings, file: Path, yes: bool) -> None:
    """Put the conversations database back as FILE has it; prints counts."""
    from bot.conversations.backup import Backup

    if not yes:
        click.confirm("Replace every conversation and account by those of the file?", abort=True)
    _print(Backup(_store(settings).engine).restore(file))


def _store(settings: Settings) -> "ConversationStore":
    from bot.conversations import ConversationStore

    store = ConversationStore(settings.conversations_url)
    store.migrate()
    return store


def _print(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False))

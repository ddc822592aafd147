"""The ``declic`` command; each command loads only what it needs."""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from bot.desk_commands import adviser, backup, restore
from bot.errors import DeclicError
from bot.settings import PROJECT, Settings

_JSON: dict[str, Any] = {"ensure_ascii": False}


def _settings_help() -> str:
    lines = ["Settings, as environment variables:", ""]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f" [{field.default}]"
        lines.append(f"\b\nDECLIC_{name.upper()}{default}\n  {field.description}\n")
    return "\n".join(lines)


class _Group(click.Group):
    """Turns an error of ours into its one line, and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DeclicError as error:
            raise click.ClickException(error.detail) from error


def _say(text: str) -> None:
    click.echo(f"declic: {text}", err=True)


@click.group(cls=_Group, epilog=_settings_help(), context_settings={"max_content_width": 100})
@click.version_option(package_name="declic")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Déclic: from a person's own words to a digital role and a training for it."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    ctx.obj = Settings()


@main.command()
@click.pass_obj
def prepare(settings: Settings) -> None:
    """Train what is not trained, build the sample catalogue when there is none."""
    from bot.conversations import ConversationStore
    from bot.dialogue import engine
    from bot.matching import training
    from bot.trainings import sample

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine.train(settings, say=_say)
    engine.prepare_tracker(settings)
    sample.prepare(settings, say=_say)
    training.prepare(settings, say=_say)
    ConversationStore(settings.conversations_url).migrate()


@main.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Run the three processes until Ctrl-C; prints the address when a real turn answers."""
    from bot.dialogue.launch import launch

    launch(settings, say=_say)


@main.command()
@click.pass_obj
def web(settings: Settings) -> None:
    """Run the web process alone."""
    import uvicorn

    from bot.dialogue.supervision import die_with_parent
    from bot.web.main import build_app

    die_with_parent()
    uvicorn.run(
        build_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


@main.command()
@click.pass_obj
def actions(settings: Settings) -> None:
    """Run the actions process alone (loopback)."""
    import uvicorn

    from actions.app import build_app
    from bot.dialogue.supervision import die_with_parent

    die_with_parent()
    uvicorn.run(
        build_app(settings),
        host="127.0.0.1",
        port=settings.actions_port,
        access_log=False,
        timeout_keep_alive=60,  # longer than Rasa's client keeps an idle connection
        timeout_graceful_shutdown=3,
    )


@main.command()
@click.pass_obj
def dialogue(settings: Settings) -> NoReturn:
    """Run the dialogue process (Rasa) alone (loopback)."""
    from bot.dialogue import engine
    from bot.dialogue.supervision import die_with_parent

    command = engine.run_command(settings)
    die_with_parent()
    os.chdir(PROJECT)
    os.execve(command[0], command, {**os.environ, **engine.environment(settings)})


@main.command()
@click.pass_obj
def match(settings: Settings) -> None:
    """Rank the roles for each JSONL line of stdin, JSONL on stdout."""
    from bot.matching import lines, load_matcher

    for answer in lines.match_lines(sys.stdin, matcher=load_matcher(settings)):
        click.echo(json.dumps(answer, **_JSON))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
def evaluate(settings: Settings, files: tuple[Path, ...], as_json: bool) -> None:
    """Measure the matching on JSONL cases."""
    from bot.matching import evaluation, load_matcher

    report = evaluation.evaluate(evaluation.load_cases(files), matcher=load_matcher(settings))
    click.echo(json.dumps(report.to_json(), **_JSON) if as_json else report.to_text())
    if not as_json and report.confusions:
        click.echo(f"\nconfusions:\n{report.confusions_to_text()}")


@main.group()
def trainings() -> None:
    """The catalogue of trainings."""


@trainings.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "format_", type=click.Choice(["lheo", "csv"]), help="Default: by the content."
)
@click.option("--source", help="Where the offers come from; default: the file's name.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where refused records are listed; default: imports/SOURCE.csv in the data folder.",
)
@click.option("--allow-empty", is_flag=True, help="Withdraw all when nothing of FILE is kept.")
@click.pass_obj
def trainings_import(
    settings: Settings,
    file: Path,
    format_: str | None,
    source: str | None,
    report: Path | None,
    allow_empty: bool,
) -> None:
    """Replace what a source had in the catalogue by what FILE holds; prints counts."""
    from bot.importing import import_catalogue, report_path, shown
    from bot.trainings.importers import Format

    source = source or file.stem
    with shown(file) as progress:
        done = import_catalogue(
            settings,
            file,
            source=source,
            format_=Format(format_) if format_ else None,
            allow_empty=allow_empty,
            progress=progress,
            say=_say,
        )
    report = report or report_path(settings, source)
    done.write_refusals(report)
    if done.unchanged:
        _say(f"nothing of {file.name} was kept: the offers of {source} stay as they were")
    click.echo(json.dumps(done.to_json() | {"report": str(report)}, **_JSON))


@trainings.command("sources")
@click.pass_obj
def trainings_sources(settings: Settings) -> None:
    """What each source brought to the catalogue and when, as JSON."""
    from bot.trainings import Catalogue

    sources = Catalogue(settings.catalogue_path).sources()
    rows = [
        {"source": name, "offers": found.offers, "imported_at": found.imported_at.isoformat()}
        for name, found in sources.items()
    ]
    click.echo(json.dumps(rows, **_JSON))


@trainings.command("evaluate")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def trainings_evaluate(settings: Settings, file: Path | None) -> None:
    """Measure how well titles alone tell digital offers and their roles, on labelled titles."""
    from bot.importing import title_scope
    from bot.roles import load_roles
    from bot.trainings.titles import PATH, evaluate, load_titles

    scope = title_scope(settings, roles=load_roles(settings.roles_dir), say=_say)
    click.echo(evaluate(load_titles(file or PATH), scope=scope).to_text())


@trainings.command("search")
@click.option("--role", required=True, help="A role id: a file name of data/jobs.")
@click.option("--place", required=True, help="Commune, postal code, département or région.")
@click.option("--radius", type=float, default=50.0, show_default=True, help="Kilometres.")
@click.option("--farther", is_flag=True, help="Only beyond the radius.")
@click.option("--remote", is_flag=True, help="Remote offers only.")
@click.option("--mixed", is_flag=True, help="Partly remote offers only.")
@click.option("--level", type=click.IntRange(1, 8), help="Diploma, 2019 nomenclature.")
@click.option("--status", help="job_seeker, out_of_school, employee, student or other.")
@click.option("--free", is_flag=True, help="Free offers only.")
@click.option("--without-diploma", is_flag=True, help="Offers that require no diploma only.")
@click.option("--alternance/--no-alternance", default=None, help="With, or without, a contract.")
@click.option("--starts-before", type=click.DateTime(["%Y-%m-%d"]), help="Last day to begin.")
@click.option("--text", default="", help="Beginnings of words of the offer.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0, 1_000_000), default=0, help="Offers to leave out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.pass_obj
def trainings_search(settings: Settings, /, as_json: bool, **asked: Any) -> None:
    """Trainings for a role around a place, best first."""
    from bot.trainings import Catalogue
    from bot.trainings.asking import query_of
    from bot.trainings.search import to_json

    matches = Catalogue(settings.catalogue_path).search(query_of(settings, **asked))
    if as_json:
        click.echo(json.dumps([to_json(match) for match in matches], **_JSON))
        return
    for match in matches:
        where = match.offer.place_name or match.offer.modality.value
        click.echo(f"{match.offer.title}, {match.offer.provider}, {where}")
        click.echo(f"    {' '.join(match.reasons)}")


for command in (adviser, backup, restore):
    main.add_command(command)


@main.group()
def privacy() -> None:
    """Erasure and retention."""


@privacy.command("erase")
@click.argument("conversation_id")
@click.pass_obj
def privacy_erase(settings: Settings, conversation_id: str) -> None:
    """Erase everything about one conversation; prints the receipt."""
    receipt = _privacy(settings).erase(conversation_id)
    click.echo(json.dumps(receipt.to_json(), **_JSON))


@privacy.command("purge")
@click.pass_obj
def privacy_purge(settings: Settings) -> None:
    """Erase what is past its retention; prints counts."""
    from datetime import UTC, datetime

    counts = _privacy(settings).purge(now=datetime.now(UTC))
    click.echo(json.dumps(counts.to_json(), **_JSON))


def _privacy(settings: Settings) -> Any:
    from bot.conversations import ConversationStore, Privacy

    store = ConversationStore(settings.conversations_url)
    store.migrate()
    return Privacy(store, settings=settings)


@main.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """What is installed, trained and reachable; exit 0 only when a turn would work."""
    from bot.dialogue.doctor import examine

    findings = examine(settings)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.good else 'FAIL'} {finding.part}: {finding.detail}")
    if not all(finding.good for finding in findings):
        sys.exit(1)

"""Importing an LHEO file: time against a bare walk over the same file, and peak memory.

``python -m benchmarks importing`` generates 50 MB; ``DECLIC_BENCH_MB=500`` the size of the largest
real files. The walk and the command run one after the other, each in a process of its own, start
included; times are those of the processor, so that what else the machine does counts little.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from bot.roles import load_roles
from bot.settings import PROJECT, Settings
from bot.trainings.titles import Title, load_titles

WALK = """
import sys
from lxml import etree
for _, element in etree.iterparse(sys.argv[1]):
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
"""
DIGITAL_SHARE = 0.08
UNCODED_SHARE = 0.05
"""Trainings of which the codes say nothing: their text is read."""
SESSIONS = (1, 1, 1, 2, 3)
TOWNS = (
    ("57000", "METZ", "57463"), ("54000", "NANCY", "54395"), ("67000", "STRASBOURG", "67482"),
    ("59000", "LILLE", "59350"), ("44000", "NANTES", "44109"), ("35000", "RENNES", "35238"),
    ("13002", "MARSEILLE", ""), ("97400", "SAINT-DENIS", "97411"), ("51100", "REIMS", "51454"),
)  # fmt: skip
OTHER_ROME = ("D1102", "F1703", "G1602", "I1304", "J1501", "K1302", "M1203", "N1103", "N4101")
OTHER_FORMACODES = ("21538", "22254", "42752", "31624", "43436", "44028", "32663", "31845", "31816")
SENTENCE = (
    "la formation permet de préparer un métier avec des exercices pratiques en petit groupe et un "
    "stage en entreprise suivi par une équipe à l'écoute de chacun selon ses besoins"
)


@dataclass(frozen=True)
class Run:
    """One process: seconds of the processor and of the clock, peak resident memory in MB."""

    seconds: float
    clock: float
    peak_mb: float
    output: str


def main() -> None:
    """Generate, walk, import twice; print figures."""
    megabytes = int(os.environ.get("DECLIC_BENCH_MB", "50"))
    with tempfile.TemporaryDirectory(prefix="declic-bench-") as folder:
        path = Path(folder) / "lheo.xml"
        trainings = generate(path, megabytes * 1_000_000)
        data = Path(folder) / "var"
        matching = Settings().matching_dir
        data.mkdir()
        (data / "matching").symlink_to(matching)
        command = [sys.executable, "-m", "bot", "trainings", "import", str(path)]
        walk = run([sys.executable, "-c", WALK, str(path)])
        first = run(command, DECLIC_DATA_DIR=str(data))
        again = run(command, DECLIC_DATA_DIR=str(data))
    say(f"{megabytes} MB, {trainings} trainings; processor seconds, elapsed, peak memory")
    for name, measured in (("walk", walk), ("import", first), ("the same file again", again)):
        ratio = f"{measured.seconds / walk.seconds:.2f} times the walk"
        say(
            f"  {name:20} {measured.seconds:6.1f} s {measured.clock:6.1f} s"
            f" {measured.peak_mb:5.0f} MB  {ratio}"
        )
    say(f"  {megabytes / first.seconds:.1f} MB/s, {trainings / first.seconds:.0f} trainings/s")
    say(f"  {first.output}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def run(command: list[str], **environment: str) -> Run:
    """Run a command to its end; fails when it does."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdout=output, cwd=PROJECT, env={**os.environ, **environment}
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        clock = time.perf_counter() - start
        output.seek(0)
        said = output.read().decode()
    if process.returncode:
        raise SystemExit(f"{command}: exit {process.returncode}")
    return Run(
        seconds=usage.ru_utime + usage.ru_stime,
        clock=clock,
        peak_mb=usage.ru_maxrss * 1024 / 1e6,
        output=said.strip(),
    )


def generate(path: Path, size: int) -> int:
    """Write trainings until the file is ``size`` bytes long; how many there are."""
    chance = random.Random(2026)
    written = number = 0
    with path.open("wb") as file:
        written += file.write(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<lheo xmlns="http://lheo.gouv.fr/2.3"><offres>'
        )
        for record in records(chance):
            written += file.write(record.encode())
            number += 1
            if written >= size:
                break
        file.write(b"</offres></lheo>")
    return number


def records(chance: random.Random) -> Iterator[str]:
    """Trainings without end, of which DIGITAL_SHARE are."""
    titles = load_titles()
    digital = [title for title in titles if title.role_ids]
    other = [title for title in titles if not title.role_ids]
    roles = load_roles(Settings().roles_dir)
    number = 0
    while True:
        number += 1
        is_digital = chance.random() < DIGITAL_SHARE
        title = chance.choice(digital if is_digital else other)
        rome = roles[min(title.role_ids)].rome[0] if is_digital else chance.choice(OTHER_ROME)
        formacode = "31054" if is_digital else chance.choice(OTHER_FORMACODES)
        codes = ""
        if chance.random() >= UNCODED_SHARE:
            codes = f"<code-FORMACODE>{formacode}</code-FORMACODE><code-ROME>{rome}</code-ROME>"
        yield record(number, title, codes, chance)


def record(number: int, title: Title, codes: str, chance: random.Random) -> str:
    """One training with its sessions, as long as the real ones are."""
    postal, town, insee = chance.choice(TOWNS)
    sessions = "".join(
        f'<session numero="S{number}-{k}"><periode><debut>2027{chance.randint(1, 12):02}01</debut>'
        f"<fin>20280{chance.randint(1, 9)}28</fin></periode><adresse-inscription><adresse>"
        f"<ligne>1 rue du Port</ligne><codepostal>{postal}</codepostal><ville>{town}</ville>"
        "</adresse></adresse-inscription></session>"
        for k in range(chance.choice(SESSIONS))
    )
    return f"""<formation numero="F{number}" datemaj="20261102">
<domaine-formation>{codes}</domaine-formation>
<intitule-formation>{escape(title.title)}</intitule-formation>
<objectif-formation>{text(chance, 120)}</objectif-formation>
<resultats-attendus>{text(chance, 60)}</resultats-attendus>
<contenu-formation>{text(chance, 350)}</contenu-formation>
<certifiante>1</certifiante><contact-formation><coordonnees><nom>Accueil</nom><adresse>
<ligne>1 rue du Port</ligne><codepostal>{postal}</codepostal><ville>{town}</ville></adresse>
<telfixe><numtel>00 00 00 00 00</numtel></telfixe></coordonnees></contact-formation>
<parcours-de-formation>1</parcours-de-formation><code-niveau-entree>5</code-niveau-entree>
<code-niveau-sortie>15</code-niveau-sortie>
<action numero="A{number}"><rythme-formation>Temps plein</rythme-formation>
<code-public-vise>80006</code-public-vise><code-public-vise>82044</code-public-vise>
<niveau-entree-obligatoire>1</niveau-entree-obligatoire>
<modalites-alternance>pas d'alternance</modalites-alternance>
<modalites-enseignement>0</modalites-enseignement>
<conditions-specifiques>{text(chance, 60)}</conditions-specifiques>
<prise-en-charge-frais-possible>1</prise-en-charge-frais-possible>
<lieu-de-formation><coordonnees><adresse><ligne>1 rue du Port</ligne>
<codepostal>{postal}</codepostal><ville>{town}</ville>
<code-INSEE-commune>{insee}</code-INSEE-commune></adresse></coordonnees></lieu-de-formation>
<modalites-entrees-sorties>0</modalites-entrees-sorties>{sessions}
<conventionnement>1</conventionnement>
<organisme-financeur><code-financeur>2</code-financeur></organisme-financeur></action>
<organisme-formation-responsable><numero-activite>11111111111</numero-activite>
<SIRET-organisme-formation><SIRET>11111111111111</SIRET></SIRET-organisme-formation>
<nom-organisme>Organisme {number % 3000}</nom-organisme><raison-sociale>SARL</raison-sociale>
<coordonnees-organisme><coordonnees><nom>Accueil</nom></coordonnees></coordonnees-organisme>
<contact-organisme><coordonnees><nom>Accueil</nom></coordonnees></contact-organisme>
</organisme-formation-responsable></formation>
"""


def text(chance: random.Random, words: int) -> str:
    """A paragraph, half the time with escaped HTML in it."""
    said = " ".join(chance.choices(SENTENCE.split(), k=words))
    return escape(f"<p>{said}</p><ul><li>&nbsp;{said[:80]}</li></ul>" if words % 40 else said)

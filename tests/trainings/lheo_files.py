"""LHEO files made by hand for the tests: a good one, of which a test changes one thing."""

from typing import Final

FULL: Final = """<?xml version="1.0" encoding="UTF-8"?>
<lheo xmlns="http://lheo.gouv.fr/2.3"><offres>
<formation numero="F1" datemaj="20261102">
  <domaine-formation>
    <code-FORMACODE ref="V14">31090</code-FORMACODE>
    <code-ROME>M1855</code-ROME>
  </domaine-formation>
  <intitule-formation>Développeur web</intitule-formation>
  <objectif-formation><![CDATA[<p>Créer des <b>sites</b>.</p>]]></objectif-formation>
  <resultats-attendus>Titre</resultats-attendus>
  <contenu-formation>HTML &amp;amp; CSS</contenu-formation>
  <certifiante>1</certifiante>
  <contact-formation><coordonnees><nom>X</nom></coordonnees></contact-formation>
  <parcours-de-formation>1</parcours-de-formation>
  <code-niveau-entree>5</code-niveau-entree>
  <certification><code-RNCP>37674</code-RNCP></certification>
  <code-niveau-sortie>15</code-niveau-sortie>
  <url-formation><urlweb>https://formations.example/f1</urlweb></url-formation>
  <action numero="A1">
    <rythme-formation>Temps plein</rythme-formation>
    <code-public-vise>80006</code-public-vise>
    <niveau-entree-obligatoire>1</niveau-entree-obligatoire>
    <modalites-alternance>pas d'alternance</modalites-alternance>
    <modalites-enseignement>1</modalites-enseignement>
    <conditions-specifiques>Aucune</conditions-specifiques>
    <prise-en-charge-frais-possible>1</prise-en-charge-frais-possible>
    <lieu-de-formation><coordonnees><adresse>
      <ligne>1 rue Serpenoise</ligne><codepostal>57000</codepostal><ville>METZ</ville>
      <code-INSEE-commune>57463</code-INSEE-commune>
      <geolocalisation><latitude>49.11</latitude><longitude>6.17</longitude></geolocalisation>
    </adresse></coordonnees></lieu-de-formation>
    <modalites-entrees-sorties>0</modalites-entrees-sorties>
    <session numero="S1">
      <periode><debut>20270104</debut><fin>20270630</fin></periode>
      <adresse-inscription><adresse><ligne>-</ligne><codepostal>57000</codepostal>
        <ville>METZ</ville></adresse></adresse-inscription>
      <etat-recrutement>1</etat-recrutement>
    </session>
    <frais-restants>0 €</frais-restants>
    <prix-total-TTC>4500.00</prix-total-TTC>
    <nombre-heures-centre>560</nombre-heures-centre>
    <nombre-heures-entreprise>140</nombre-heures-entreprise>
    <conventionnement>1</conventionnement>
    <organisme-financeur><code-financeur>2</code-financeur></organisme-financeur>
  </action>
  <organisme-formation-responsable>
    <numero-activite>11111111111</numero-activite>
    <SIRET-organisme-formation><SIRET>11111111111111</SIRET></SIRET-organisme-formation>
    <nom-organisme>Atelier des Tests</nom-organisme>
    <raison-sociale>ADT</raison-sociale>
  </organisme-formation-responsable>
</formation>
</offres></lheo>
"""

INDEX: Final = """<?xml version="1.0" encoding="UTF-8"?>
<lheo-index xmlns="http://www.lheo.org/2.2">
<resumes-offres>
<resume-offre numero="R1" href="https://formations.example/r1">
  <domaine-formation>
    <code-FORMACODE>31051</code-FORMACODE><code-ROME>I1401</code-ROME>
  </domaine-formation>
  <intitule-formation>Technicien d'assistance en informatique</intitule-formation>
  <nom-organisme numero="O1">Atelier des Tests</nom-organisme>
  <SIRET>11111111111111</SIRET>
  <codepostal>57036</codepostal><ville>Metz Cedex 01</ville>
  <departement>57</departement><certifiante>1</certifiante>
  <code-niveau-entree>4</code-niveau-entree>
  <prise-en-charge-frais-possible>0</prise-en-charge-frais-possible>
  <modalites-enseignement>0</modalites-enseignement>
  <code-public-vise>83056</code-public-vise>
  <nombre-heures-total>482</nombre-heures-total>
  <session><periode><debut>20270300</debut><fin>20271200</fin></periode></session>
  <session><periode><debut>20270900</debut><fin>00000000</fin></periode></session>
  <extras info="geolocalisation">
    <extra info="latitude">49.1193</extra><extra info="longitude">6.1757</extra>
  </extras>
  <extras info="complements"><extra info="code-niveau-sortie">5</extra></extras>
</resume-offre>
</resumes-offres>
<resumes-organismes><resume-organisme><nom-organisme>O</nom-organisme></resume-organisme>
</resumes-organismes>
</lheo-index>
"""


FORMATION: Final = FULL[FULL.index("<formation") : FULL.index("</offres>")]


def with_change(old: str, new: str, document: str = FULL) -> str:
    """The document with one thing changed; fails when it is not there."""
    assert old in document
    return document.replace(old, new)


def with_element(name: str, value: str, document: str = FULL) -> str:
    """The document with the text of its first element of a name changed."""
    start = document.index(f"<{name}>") + len(name) + 2
    return document[:start] + value + document[document.index(f"</{name}>", start) :]


def without(name: str, document: str = FULL) -> str:
    """The document without its first element of a name."""
    start = document.index(f"<{name}>")
    end = document.index(f"</{name}>", start) + len(name) + 3
    return document[:start] + document[end:]

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.errors import DataError, MatchingUnavailable
from bot.matching import SentenceEncoder, load_matcher
from bot.matching.corpus import load_corpus
from bot.matching.cues import load_cues
from bot.matching.encoder import check_embedded
from bot.matching.refusals import load_refusals
from bot.matching.themes import load_themes
from bot.matching.training import CORPUS, theme_rows, train
from bot.settings import Settings


def write(path: Path, *records: object) -> Path:
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_training_twice_gives_the_same_model(roles, fake_encoder) -> None:
    samples = load_corpus(roles, CORPUS)[::8]
    vectors = fake_encoder.encode([sample.text for sample in samples])
    themes = theme_rows(samples, roles)
    one, other = (
        train(samples, themes, encoded=samples, vectors=vectors, role_ids=tuple(roles))
        for _ in range(2)
    )
    assert np.array_equal(one.lexical.weights, other.lexical.weights)
    assert np.array_equal(one.dense.weights, other.dense.weights)
    assert np.array_equal(one.themes.weights, other.themes.weights)


def test_the_corpus_speaks_of_every_role_and_repeats_no_text(roles) -> None:
    samples = load_corpus(roles, CORPUS)
    assert {sample.role_id for sample in samples} == {*roles, ""}
    assert len(samples) == len(set(samples))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"role": "astronaute", "text": "x"}, "bad.jsonl:2: role: 'astronaute' is no role"),
        ({"text": "x", "role": "webdesigner", "never": ["y"]}, "bad.jsonl:2: role: 'y' is no role"),
        ("{", "bad.jsonl:2: not JSON"),
        ("[]", "bad.jsonl:2: must be an object"),
        ({"background": " ", "motivations": ""}, "bad.jsonl:2: text: must not be empty"),
    ],
)
def test_a_bad_line_of_the_corpus_is_named_with_its_mend(roles, tmp_path, record, message) -> None:
    write(tmp_path / "bad.jsonl", {"role": "webdesigner", "text": "dessiner"}, record)
    with pytest.raises(DataError) as failure:
        load_corpus(roles, tmp_path)
    assert message in failure.value.detail


def test_cues_and_refusals_of_unknown_roles_are_named(roles, tmp_path) -> None:
    cues = tmp_path / "cues.yml"
    cues.write_text("astronaute: {2: [fusée]}", encoding="utf-8")
    with pytest.raises(DataError, match="astronaute"):
        load_cues([cues], roles=roles)
    themes = tmp_path / "themes.yml"
    themes.write_text("ciel: {roles: {astronaute: 2}, words: [fusée]}", encoding="utf-8")
    with pytest.raises(DataError, match="astronaute"):
        load_themes(themes, roles=roles)
    refusals = tmp_path / "refusals.yml"
    refusals.write_text("topics: {x: {words: [a], roles: [astronaute]}}", encoding="utf-8")
    with pytest.raises(DataError, match="astronaute"):
        load_refusals(refusals, roles=roles)


def test_without_a_trained_model_the_line_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MatchingUnavailable, match="declic prepare"):
        load_matcher(Settings(data_dir=tmp_path))


def test_the_embedded_weights_are_the_published_ones() -> None:
    check_embedded()


def test_the_real_encoder_gives_unit_vectors_that_know_english() -> None:
    encoder = SentenceEncoder()
    vectors = encoder.encode(["a dog runs", "a puppy is running", "the tax office is closed"])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_a_model_that_does_not_exist_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(MatchingUnavailable) as failure:
        SentenceEncoder(str(tmp_path / "empty"))
    assert "\n" not in failure.value.detail


def test_importing_the_package_loads_no_torch() -> None:
    code = "import sys, bot.matching, bot.web.main; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"

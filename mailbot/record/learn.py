"""
Learns the weights of `learned` from the lessons. Only whoever edits the vocabulary needs it (extra `learn`).

GUARANTEES
    Deterministic on one machine and one release of scikit-learn; another may differ in the last bit of a
    weight. `Weights.digest` says of which lessons a file was learned.
"""

import math
from typing import Any

from mailbot.record.forms import Definitions
from mailbot.record.learned import SCALE, ZERO, Table, Weights, features
from mailbot.record.lessons import Lessons
from mailbot.record.likeness import Thesaurus

_STRENGTH = 8.0  # the inverse of the penalty on large weights; 6 to 12 read strange forms about as well
_TOLERANCE, _ROUNDS = 1e-4, 1000
_LEAST = 0.3  # smaller weights decide nothing: without them the table is a thirtieth


def learn(definitions: Definitions, known: Lessons) -> Weights:
    """The weights for all three tables, of three or more targets each. ImportError without scikit-learn.

    Half a minute of a processor for some 30,000 wordings.
    """
    thesaurus = Thesaurus(definitions.synonyms.same, definitions.synonyms.idle)
    return Weights(
        known.digest,
        labels=_table(known.labels, thesaurus),
        headings=_table(known.headings, thesaurus),
        training=_table(known.training, thesaurus),
    )


def _table(pairs: tuple[tuple[str, str], ...], thesaurus: Thesaurus) -> Table:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = [dict.fromkeys(features(norm, thesaurus.senses(norm)), 1.0) for norm, _ in pairs]
    for row in rows:
        row.update(dict.fromkeys(row, 1 / math.sqrt(len(row))))
    vectors = DictVectorizer()
    model = LogisticRegression(C=_STRENGTH, tol=_TOLERANCE, max_iter=_ROUNDS)
    model.fit(vectors.fit_transform(rows), [target for _, target in pairs])
    weights = {}
    for name, column in zip(vectors.get_feature_names_out(), model.coef_.T, strict=True):
        if packed := _packed(column):
            weights[str(name)] = packed
    return Table(
        tuple(str(target) for target in model.classes_),
        tuple(round(float(value), 4) for value in model.intercept_),
        weights,
    )


def _packed(column: Any) -> bytes:
    """The weights of one feature that are worth keeping: the target's number and the weight, a byte each."""
    found = bytearray()
    for number, weight in enumerate(column):
        if abs(weight) >= _LEAST:
            found += bytes((number, max(0, min(255, ZERO + round(float(weight) * SCALE)))))
    return bytes(found)

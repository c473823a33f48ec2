"""JSON of small data, many times a run."""

import json
import json.encoder
from collections.abc import Callable
from typing import Any


def json_encoder(item_separator: str = ", ", key_separator: str = ": ") -> Callable[[Any], str]:
    """What ``JSONEncoder.encode`` gives, ASCII and without NaN, by an encoder that is made once.

    ``JSONEncoder`` makes its C part anew for each text, which costs as much as encoding an event; a run writes eight
    events, a record and the lock's owner. Where there is no such part the class itself serves.
    """
    encoder = json.JSONEncoder(
        separators=(item_separator, key_separator), allow_nan=False, check_circular=False, ensure_ascii=True
    )
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    text = json.encoder.encode_basestring_ascii
    # In the order of the C type: markers, default, encoder, indent, separators, sort_keys, skipkeys, allow_nan.
    encode = make(None, encoder.default, text, None, key_separator, item_separator, 0, 0, 0)
    return lambda data: "".join(encode(data, 0))

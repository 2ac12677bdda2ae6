"""Trains the byte-level BPE on generated conversations and common words: `python tokenizer.py OUT [--vocab 10240]`."""

import argparse
import json
from itertools import chain, islice
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from generate import conversations
from grammar import frequent_words
from render import CHAT_TEMPLATE, MARKUP, SPECIAL, segments

# A word is the same token wherever it stands, because spaces stay apart: so a tiny model copies by looking back.
# JSON's frame is cut in a few fixed pieces; digits and Han characters stand alone.
SPLIT = r'\{"name": "|", "arguments": \{"?|"[:,] ?["\[{]?|"[}\]]+,?|[一-鿿]|(?:(?![一-鿿])\p{L})+|\p{N}|://|\): |\s+|[^\s\p{L}\p{N}"] ?|"'

WORD_WEIGHT = 100  # how often each common word counts, so that most become one token, also those the data seldom says


def train(vocab_size: int, count: int, seed: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    special = [AddedToken(t, special=True, normalized=False) for t in SPECIAL] + [AddedToken(t, special=False, normalized=False) for t in MARKUP]
    trainer = trainers.BpeTrainer(vocab_size=vocab_size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=special, show_progress=False)
    texts = (text for c in islice(conversations(seed), count) for text, _ in segments(c))
    tokenizer.train_from_iterator(chain(texts, [" ".join(frequent_words())] * WORD_WEIGHT), trainer)
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path, max_length: int) -> None:
    """Writes `tokenizer.json` and `tokenizer_config.json` in Hugging Face's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.loads(tokenizer.to_str())
    for added in data["added_tokens"]:
        added["special"] = added["content"] in SPECIAL
    (folder / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": max_length, "clean_up_tokenization_spaces": False,
        "add_bos_token": False, "add_eos_token": False, "bos_token": None, "unk_token": None,
        "eos_token": "<|end|>", "pad_token": "<|pad|>", "chat_template": CHAT_TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--vocab", type=int, default=10240)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    save(train(options.vocab, options.count, options.seed), options.out, 2048)

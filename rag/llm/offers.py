"""Language models that can be fetched by name: few, open, and small enough for a machine without a graphics card.

Each address names one revision of a public repository on Hugging Face; sizes and SHA-256 are those of its LFS pointers, as several
independent projects have them pinned. How well one answers over your articles is for `sourceline eval` to tell.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A .gguf file to fetch: `size` in bytes; 0 and "" where nothing is known of it."""

    name: str
    url: str
    size: int = 0
    sha256: str = ""
    licence: str = ""
    about: str = ""


_HUB = "https://huggingface.co"
OFFERS = (
    Offer(
        name="qwen2.5-1.5b",
        url=f"{_HUB}/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/91cad51170dc346986eccefdc2dd33a9da36ead9"
        "/qwen2.5-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_736,
        sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
        licence="Apache-2.0",
        about="29 languages, 2 GB of memory; invents more than larger ones",
    ),
    Offer(
        name="qwen3-4b",
        url=f"{_HUB}/unsloth/Qwen3-4B-Instruct-2507-GGUF/resolve/a06e946bb6b655725eafa393f4a9745d460374c9"
        "/Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
        size=2_497_281_120,
        sha256="3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597",
        licence="Apache-2.0",
        about="answers at once, without reasoning first, many languages, 4 GB of memory",
    ),
    Offer(
        name="qwen2.5-7b",
        url=f"{_HUB}/bartowski/Qwen2.5-7B-Instruct-GGUF/resolve/8911e8a47f92bac19d6f5c64a2e2095bd2f7d031"
        "/Qwen2.5-7B-Instruct-Q4_K_M.gguf",
        size=4_683_074_240,
        sha256="65b8fcd92af6b4fefa935c625d1ac27ea29dcb6ee14589c55a8f115ceaaa1423",
        licence="Apache-2.0",
        about="29 languages, 7 GB of memory; slow without a graphics card",
    ),
)

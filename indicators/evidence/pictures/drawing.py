"""A picture made small: turned upright, on white, as JPEG. Free of Django.

What few programs read (HEIC, TIFF) is decoded by libraries in which errors were found more often.
So that is done in a process of its own, which runs this file: ``previews`` sends it the picture,
whose bytes were compared with their digests, and reads the small one. Its memory and time are
limited, and it can write no file.
"""

import io
import resource
import sys
import warnings
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps

QUALITY = 82
MEMORY_LIMIT = 1536 * 1024 * 1024
CPU_SECONDS = 20


def shrink(source: BinaryIO, out: BinaryIO, *, longest: int, most_pixels: int) -> None:
    """Write the picture, no longer than that on either side; raises what Pillow raises."""
    # WeasyPrint lets its whole process read pictures that were cut off; half a picture is none.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(source) as image:
            if image.width * image.height > most_pixels:
                raise ValueError(f"{image.width} × {image.height} pixels")
            image.draft("RGB", (longest, longest))  # a JPEG is decoded small at once
            upright = ImageOps.exif_transpose(image)
            if upright.mode == "1":  # a scan in black and white becomes grey, not full of holes
                upright = upright.convert("L")
            upright.thumbnail((longest, longest))
            _on_white(upright).save(out, "JPEG", quality=QUALITY, optimize=True)


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency, and without the camera's notes on place and time."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        return flat
    return image.convert("RGB")


def main() -> None:
    """The child: limits itself, reads the picture, writes the small one."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import pi_heif  # noqa: PLC0415 - only once its limits hold

    pi_heif.register_heif_opener()
    longest, most_pixels = map(int, sys.argv[1:])
    Image.MAX_IMAGE_PIXELS = most_pixels
    out = io.BytesIO()
    shrink(io.BytesIO(sys.stdin.buffer.read()), out, longest=longest, most_pixels=most_pixels)
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()

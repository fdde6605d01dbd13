"""Makes the pictures of this directory, and what Pillow and webdataset read from them and from ../cases.

Run in this directory, with pillow, numpy and webdataset installed: python make_pictures.py
NAME.EXTENSION is an input; NAME.expected.png is what Pillow decodes, turned upright by its EXIF and, where it is
transparent, laid over white; of cmyk-profile.jpg, what LittleCMS makes of it. samples.json is what webdataset groups ../cases/d-tar-dots/a.tar and dots.tar into.
"""

import io
import json
import pathlib
import struct
import tarfile

import numpy
import PIL
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

HERE = pathlib.Path(__file__).parent
CASES = HERE.parent / "cases"
WIDTH, HEIGHT = 48, 32


def source():
    """Smooth colours with one corner of another colour, so that every turn and mirroring shows."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH].astype(numpy.float64)
    rgb = numpy.stack([40 + 4 * x, 220 - 5 * y, 60 + 2 * x + 2 * y], axis=2)
    rgb[:8, :12] = (200, 50, 40)
    return Image.fromarray(rgb.clip(0, 255).astype(numpy.uint8), "RGB")


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data


def expected(name):
    image = ImageOps.exif_transpose(Image.open(HERE / name))
    if image.mode == "RGBA" or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    image.convert("RGB").save(HERE / (name.replace(".", "-") + ".expected.png"))


def ycck(image):
    """Pillow writes plain CMYK; with luma and chroma in place of the first inks and Adobe's mark, it is YCCK."""
    black = numpy.full((HEIGHT, WIDTH), 40, numpy.uint8)
    luma, blue, red = [numpy.asarray(band) for band in image.convert("YCbCr").split()]
    # Pillow inverts what it stores of CMYK.
    bands = [255 - band for band in (luma, blue, red)] + [black]
    stored = io.BytesIO()
    Image.merge("CMYK", [Image.fromarray(band) for band in bands]).save(stored, "JPEG", quality=95)
    data = bytearray(stored.getvalue())
    adobe = data.index(b"Adobe")
    assert data[adobe + 11] == 0
    data[adobe + 11] = 2
    return bytes(data)


def ink_profile():
    """A small ICC profile (version 2) of invented inks on yellowish paper, unlike what no profile would give."""
    paper, inks = (96, 0, 8), {"c": (60, -30, -40), "m": (52, 70, 0), "y": (92, -5, 85), "k": (22, 0, 2)}
    corners = []
    for number in range(16):  # cyan changes least often, black most
        used = [ink for bit, ink in zip((8, 4, 2, 1), "cmyk") if number & bit]
        lightness, a, b = paper
        for ink in used:
            lightness *= inks[ink][0] / 100
            a, b = a + inks[ink][1] / 2, b + inks[ink][2] / 2
        corners += [round(lightness * 2.55), round(128 + a), round(128 + b)]
    straight = bytes(range(256))
    identity = struct.pack(">9i", *[65536 if i % 4 == 0 else 0 for i in range(9)])
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity
    table += straight * 4 + bytes(max(0, min(255, v)) for v in corners) + straight * 3
    # The way back is not used, but decoders want it to be there.
    back = b"mft1" + bytes(4) + bytes([3, 4, 2, 0]) + identity + straight * 3 + bytes(8 * 4) + straight * 4
    text = b"desc" + bytes(4) + struct.pack(">I", 5) + b"inks\0" + bytes(78)
    right = b"text" + bytes(4) + b"none\0"
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    parts = [(b"desc", text), (b"cprt", right), (b"wtpt", white)]
    parts += [(name, table) for name in (b"A2B0", b"A2B1", b"A2B2")]
    parts += [(name, back) for name in (b"B2A0", b"B2A1", b"B2A2")]
    at = 128 + 4 + 12 * len(parts)
    directory, body = struct.pack(">I", len(parts)), b""
    for name, content in parts:
        content += bytes(-len(content) % 4)
        directory += name + struct.pack(">II", at + len(body), len(content))
        body += content
    header = bytearray(128)
    header[0:4] = struct.pack(">I", at + len(body))
    header[8:12] = struct.pack(">I", 0x02100000)
    header[12:24] = b"prtrCMYKLab "
    header[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", 63190, 65536, 54061)
    return bytes(header) + directory + body


def with_profile(inks):
    """What the profile says, by LittleCMS."""
    profile = ink_profile()
    inks.save(HERE / "cmyk-profile.jpg", quality=95, icc_profile=profile)
    stored = Image.open(HERE / "cmyk-profile.jpg")
    from_inks = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    # Relative to the paper, for LittleCMS's own sRGB profile is of version 4, and would also scale the black point.
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    image = ImageCms.profileToProfile(stored, from_inks, ImageCms.createProfile("sRGB"), intent, "RGB")
    image.save(HERE / "cmyk-profile-jpg.expected.png")


def without_jfif(image):
    """Full chroma and no APP0 segment, which the JDK's reader takes for RGB."""
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=95, subsampling=0)
    data = stored.getvalue()
    assert data[2:4] == b"\xff\xe0"
    return data[:2] + data[4 + struct.unpack(">H", data[4:6])[0] :]


def pictures():
    image = source()
    inks = Image.merge(
        "CMYK",
        [ImageOps.invert(band) for band in image.split()] + [Image.new("L", image.size, 60)],
    )
    inks.save(HERE / "cmyk.jpg", quality=95)
    with_profile(inks)
    (HERE / "ycck.jpg").write_bytes(ycck(ImageOps.invert(image)))
    (HERE / "no-jfif.jpg").write_bytes(without_jfif(image))
    for orientation in range(1, 9):
        image.save(HERE / f"exif-{orientation}.jpg", quality=95, exif=exif(orientation))
    image.save(HERE / "turned.png", exif=exif(6))
    image.convert("L").save(HERE / "turned-grey.png", exif=exif(8))
    image.save(HERE / "turned.webp", lossless=True, exif=exif(6))
    image.save(HERE / "turned.tif", exif=exif(3))
    image.save(HERE / "lossy.webp", quality=90)
    image.save(HERE / "lossless.webp", lossless=True)
    alpha = Image.linear_gradient("L").resize(image.size)
    transparent = image.copy()
    transparent.putalpha(alpha)
    transparent.save(HERE / "transparent.webp", lossless=True)
    transparent.save(HERE / "transparent-lossy.webp", quality=90)
    photo().save(HERE / "photo.webp", quality=60, method=6)
    frames = [image, ImageOps.invert(image)]
    frames[0].save(HERE / "animated.webp", save_all=True, append_images=frames[1:], lossless=True)
    image.convert("P", palette=Image.Palette.ADAPTIVE).save(HERE / "palette.gif")
    elsewhere(image, inks)
    image.save(HERE / "plain.bmp")
    for path in sorted(HERE.iterdir()):
        if path.suffix in (".jpg", ".webp", ".tif", ".gif", ".bmp") or path.stem.startswith("turned"):
            if ".expected" not in path.name and path.name != "cmyk-profile.jpg":
                expected(path.name)
    for case in ("d-cmyk", "d-exif", "c-heldout"):
        for path in sorted((CASES / case).iterdir()):
            if path.suffix in (".jpg", ".webp"):
                picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
                picture.save(path.with_suffix(".expected"), "PNG")


def xmp(orientation, as_attribute):
    field = f'tiff:Orientation="{orientation}">' if as_attribute else f"><tiff:Orientation>{orientation}</tiff:Orientation>"
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" {field}</rdf:Description></rdf:RDF></x:xmpmeta>'
    )


def text(keyword, value, compressed):
    info = PngImagePlugin.PngInfo()
    if keyword.startswith("XML"):
        info.add_itxt(keyword, value, zip=compressed)
    else:
        info.add_text(keyword, value, zip=compressed)
    return info


def elsewhere(image, inks):
    """Turned by what is not EXIF; damage and layouts that are no fault of the pixels."""
    image.save(HERE / "xmp.jpg", quality=95, xmp=xmp(8, False).encode())
    image.save(HERE / "xmp.webp", lossless=True, xmp=xmp(6, True).encode())
    image.save(HERE / "turned-xmp.png", pnginfo=text("XML:com.adobe.xmp", xmp(3, True), False))
    image.save(HERE / "turned-zipped-xmp.png", pnginfo=text("XML:com.adobe.xmp", xmp(5, False), True))
    profile = b"Exif\0\0" + exif(6).tobytes().removeprefix(b"Exif\0\0")
    digits = profile.hex()
    lines = "\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
    raw = f"\nexif\n{len(profile):8}\n{lines}\n"
    image.save(HERE / "turned-raw.png", pnginfo=text("Raw profile type exif", raw, True))
    image.save(HERE / "xmp-after-exif.jpg", quality=95, exif=exif(1), xmp=xmp(8, False).encode())
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.save(HERE / "broken-profile.jpg", quality=95, icc_profile=srgb[:200])
    inks.save(HERE / "inks.tif")
    small = image.resize((20, 10)).convert("P", palette=Image.Palette.ADAPTIVE)
    (HERE / "corner.gif").write_bytes(on_canvas(small, {}))
    (HERE / "corner-clear.gif").write_bytes(on_canvas(small, {"transparency": 3}))


def on_canvas(frame, options):
    """The frame at (17, 9) on a canvas as large as the other pictures."""
    stored = io.BytesIO()
    frame.save(stored, "GIF", **options)
    data = bytearray(stored.getvalue())
    data[6:10] = struct.pack("<HH", WIDTH, HEIGHT)
    at = data.index(b"," + struct.pack("<4H", 0, 0, *frame.size))
    data[at + 1 : at + 5] = struct.pack("<HH", 17, 9)
    return bytes(data)


def photo():
    """Smooth noise at several scales: what a wrong lossy decoder turns green from block to block."""
    random = numpy.random.default_rng(0)
    total = numpy.zeros((160, 160, 3))
    for scale in (4, 16, 64):
        noise = random.integers(0, 256, (160 // scale + 2, 160 // scale + 2, 3), dtype=numpy.uint8)
        image = Image.fromarray(noise).resize((160, 160), Image.Resampling.BICUBIC)
        total += numpy.asarray(image, dtype=numpy.float64) * scale**0.5
    total = (total - total.min()) / (total.max() - total.min()) * 255
    return Image.fromarray(total.astype(numpy.uint8))


def picture(colour):
    stored = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(stored, "PNG")
    return stored.getvalue()


def dots():
    """Keys and fields as webdataset's users name them."""
    entries = {
        "plain.png": picture((1, 2, 3)),
        "plain.txt": b"plain",
        "plain.cls": b"7",
        "parts.png": picture((4, 5, 6)),
        "parts.seg.png": picture((7, 8, 9)),
        "parts.txt": b"parts",
        "v1.0/dotted.directory/a.png": picture((10, 11, 12)),
        "v1.0/dotted.directory/a.json": b'{"prompt": "in a dotted directory"}',
        "named.png": picture((13, 14, 15)),
        "named.png.txt": b"by the whole name",
        "frame_1.25.png": picture((16, 17, 18)),
        "frame_1.25.caption": b"a quarter",
        "frame_1.75.png": picture((19, 20, 21)),
        "frame_1.75.TXT": b"three quarters",
        "frame_2.5.png": picture((22, 23, 24)),
        "only.image.png": picture((25, 26, 27)),
        "only.txt": b"the only image of its key",
    }
    with tarfile.open(HERE / "dots.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def samples():
    from webdataset import WebDataset

    found = {}
    for path in (CASES / "d-tar-dots" / "a.tar", HERE / "dots.tar"):
        found[path.name] = [
            {"key": sample["__key__"], "fields": sorted(name for name in sample if not name.startswith("__"))}
            for sample in WebDataset(str(path), shardshuffle=False)
        ]
    (HERE / "samples.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    print("pillow", PIL.__version__)
    pictures()
    dots()
    samples()

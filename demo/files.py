"""Evidence files made on the spot: PDF, JPEG and XLSX with Thai names."""

import hashlib
import html
import io

from django.conf import settings
from openpyxl import Workbook
from PIL import Image, ImageDraw

from reports.render.pdf import to_pdf


def make_pdf(title, text, office_name):
    """A one-page paper in the office's manner."""
    body = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
    page = (
        '<!doctype html><html lang="th"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>"
        "@page { size: A4; margin: 30mm 20mm 20mm 30mm }"
        "html { font: 10.7pt/1.7 Paper } h1 { font-size: 14pt; text-align: center }"
        "p { text-indent: 25mm; margin: 0 } .office { text-align: center; text-indent: 0 }"
        f'</style></head><body><p class="office">{html.escape(office_name)}</p>'
        f"<h1>{html.escape(title)}</h1>{body}</body></html>"
    )
    return to_pdf(page, fonts=settings.FONT_ROOT).data


def make_photograph(title):
    """A drawn classroom in colours of its own, as a JPEG of a phone's shape."""
    seed = hashlib.sha256(title.encode()).digest()
    sky = tuple(150 + value % 90 for value in seed[:3])
    wall = tuple(120 + value % 110 for value in seed[3:6])
    image = Image.new("RGB", (1280, 960), sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 620, 1280, 960), fill=(120, 150, 96))
    draw.rectangle((240, 300, 1040, 700), fill=wall, outline=(60, 60, 60), width=4)
    draw.polygon(((190, 310), (640, 120), (1090, 310)), fill=(150, 60, 50))
    for left in range(300, 1000, 140):
        draw.rectangle((left, 380, left + 80, 480), fill=(235, 245, 250), outline=(70, 70, 70))
    draw.rectangle((590, 540, 690, 700), fill=(96, 64, 40))
    for n in range(9):
        left = 90 + n * 125 + seed[6 + n] % 40
        draw.ellipse((left, 730, left + 44, 774), fill=(224, 180, 140))
        draw.rectangle((left - 6, 774, left + 50, 880), fill=tuple(seed[9 + n : 12 + n]))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def make_workbook(title):
    """A small table of figures by quarter."""
    book = Workbook()
    sheet = book.active
    sheet.title = "ข้อมูล"
    sheet.append([title])
    sheet.append(["ไตรมาส", "เป้าหมาย", "ผลการดำเนินงาน", "ร้อยละ"])
    seed = hashlib.sha256(title.encode()).digest()
    for quarter in range(1, 5):
        goal, done = 20 + seed[quarter] % 30, 18 + seed[quarter + 4] % 30
        sheet.append([quarter, goal, done, round(done / goal * 100, 2)])
    sheet.column_dimensions["C"].width = 20
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

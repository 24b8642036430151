"""Settings of the files that people bring; ``settings`` names every one of them as its own."""

import environ

env = environ.FileAwareEnv()

UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MB", default=2048) * 1024 * 1024
OFFICE_QUOTA_BYTES = env.int("OFFICE_QUOTA_MB", default=20_000) * 1024 * 1024
FREE_SPACE_FLOOR_BYTES = env.int("FREE_SPACE_FLOOR_MB", default=500) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["indicators.evidence.uploads.LimitedUploadHandler"]
# What this site does with each kind of file: pictures:50,video:1024:download,rar:off
# (indicators/evidence/kinds.py). A kind that is not named is taken, as large as any, and shown.
EVIDENCE_KINDS = env.list("EVIDENCE_KINDS", default=[])
# Where ClamAV listens: the path of its socket, or host:port. Empty: files are not scanned.
CLAMAV_HOST = env.str("CLAMAV_HOST", default="")
# Where files lie when they are whole: empty is the data folder, else a bucket of a store that
# speaks S3. The keys come from the environment alone.
EVIDENCE_S3_BUCKET = env.str("EVIDENCE_S3_BUCKET", default="")
EVIDENCE_S3_ENDPOINT = env.str("EVIDENCE_S3_ENDPOINT", default="")
EVIDENCE_S3_REGION = env.str("EVIDENCE_S3_REGION", default="")
EVIDENCE_S3_ACCESS_KEY = env.str("EVIDENCE_S3_ACCESS_KEY", default="")
EVIDENCE_S3_SECRET_KEY = env.str("EVIDENCE_S3_SECRET_KEY", default="")

"""The kinds of files that `detect` tells apart: one word of ours each, and what names or declares it."""

IMAGES = {"png", "jpeg", "gif", "bmp", "tiff", "webp", "heic", "svg", "emf"}
ENCRYPTED = {"encrypted_office", "rpmsg", "pgp", "smime_encrypted"}

# The folder in an Office package that says which program it is of.
OFFICE = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("visio/", "vsdx"))
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
EXTENSIONS = {
    "txt": "text", "text": "text", "log": "text", "md": "text", "csv": "csv", "htm": "html",
    "html": "html", "xhtml": "html", "eml": "eml", "ics": "ics", "vcf": "vcf", "rtf": "rtf", "pdf": "pdf",
    "docx": "docx", "docm": "docx", "dotx": "docx", "dotm": "docx", "odt": "odt", "doc": "doc",
    "dot": "doc", "msg": "msg", "dat": "tnef", "zip": "zip", "rpmsg": "rpmsg", "p7s": "signature",
    "asc": "pgp", "pgp": "pgp", "gpg": "pgp", "p7m": "smime", "xml": "xml", "rar": "rar", "7z": "7z",
    "pages": "pages", "xlsx": "xlsx", "xls": "xls", "pptx": "pptx", "ppt": "ppt", "mp3": "media",
    "mp4": "media", "m4a": "media", "wav": "media", "mov": "media", "avi": "media", "svg": "svg",
    "emf": "emf", "wmf": "emf", "heic": "heic", "webp": "webp", "tif": "tiff", "tiff": "tiff",
    "jpg": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif", "bmp": "bmp",
}  # fmt: skip
DECLARED = {
    "text/plain": "text", "text/html": "html", "text/calendar": "ics", "text/vcard": "vcf",
    "text/x-vcard": "vcf", "text/rtf": "rtf", "application/rtf": "rtf", "text/csv": "csv",
    "text/xml": "xml", "application/xml": "xml", "message/rfc822": "eml", "message/global": "eml",
    "application/pdf": "pdf", "application/msword": "doc", "application/vnd.ms-outlook": "msg",
    "application/ms-tnef": "tnef", "application/vnd.ms-tnef": "tnef", "application/zip": "zip",
    "application/x-zip-compressed": "zip", "application/x-microsoft-rpmsg-message": "rpmsg",
    "application/pkcs7-signature": "signature", "application/x-pkcs7-signature": "signature",
    "application/pgp-signature": "signature", "application/pgp-keys": "keys",
    "application/pgp-encrypted": "pgp", "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-word.document.macroenabled.12": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}  # fmt: skip

"""Mails for the tests, written anew."""

RECEIVED = (
    "Received: from out.example.net (out.example.net [192.0.2.7]) by mx1.shop.example "
    "with ESMTPS id 4X; Wed, 18 Nov 2026 09:30:00 +0100"
)


def mail(body: str = "The parcel never came.", *headers: str, plain: bool = True) -> bytes:
    """A mail from Ada; ``headers`` replace those of the same name, an empty value removes it."""
    found = {
        "Received": RECEIVED.partition(": ")[2],
        "From": "Ada Lovelace <Ada@Example.org>",
        "To": "Help <help@shop.example>",
        "Date": "Mon, 16 Nov 2026 01:02:03 +0000",
        "Message-ID": "<m1@example.org>",
        "Subject": "Where is it?",
        **({"Content-Type": "text/plain; charset=utf-8"} if plain else {}),
    }
    for header in headers:
        name, _, value = header.partition(": ")
        found[name] = value
    head = "".join(f"{name}: {value}\r\n" for name, value in found.items() if value)
    return (head + "\r\n" + body).encode()


def nested(depth: int) -> bytes:
    """A mail with ``depth`` multiparts inside each other."""
    parts = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    return (
        mail("", plain=False).removesuffix(b"\r\n")
        + (parts + "Content-Type: text/plain\r\n\r\nhello\r\n").encode()
    )

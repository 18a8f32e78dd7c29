"""Say in a few words why there is no answer, or only a part of one."""

UNTRUSTED = "its certificate is not trusted"


def reason(error: Exception) -> str:
    cause = getattr(error, "reason", None) or error
    text = str(cause).partition("(Caused by")[0]
    if "certificate verify failed" in text:
        why = text.rpartition(": ")[2].partition(" (_ssl")[0]
        return f"{UNTRUSTED} ({why}); see certificate-authority in the kubeconfig"
    return text.rpartition(": ")[2].strip() or type(cause).__name__

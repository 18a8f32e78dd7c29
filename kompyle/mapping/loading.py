"""Keys that the loader consumes before anything is mapped."""

from kompyle.mapping.keys import Key, ignored, kept

_LOADED = "it has done its work when the project is read"
KEYS: dict[str, Key] = {
    "version": ignored("it is obsolete in the Compose Specification"),
    "name": kept(),
    "include": ignored(_LOADED),
    "services": kept(),
    "services.*": kept(),
    "services.*.extends": ignored(_LOADED),
    "services.*.label_file": ignored(_LOADED),
    "services.*.profiles": ignored("the service is taken, so a profile asked for it"),
}

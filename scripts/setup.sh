# Sourced by ./run and ./test: makes .venv and installs what the locks pin, once.

say() { printf 'policy: %s\n' "$*" >&2; }

find_python() {
    for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        [ -n "$candidate" ] || continue
        command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return 0
        fi
    done
    say "Python 3.11 or later is needed. Hint: install it, or name it with PYTHON=/path/to/python."
    return 1
}

stamp() { cat requirements.lock requirements-build.lock pyproject.toml scripts/setup.sh "$@" | cksum; }

make_venv() {
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python)
        say "making .venv with $("$python" --version 2>&1)"
        "$python" -m venv .venv
    fi
}

pip_install() { .venv/bin/python -m pip install --disable-pip-version-check --quiet "$@"; }

has_gpu() { command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi >/dev/null 2>&1; }

has_torch() { ls -d .venv/lib/python3*/site-packages/torch >/dev/null 2>&1; }

# torch's default Linux wheel brings several GB of CUDA libraries. Where the machine has no NVIDIA
# GPU they are never installed: a CPU build is taken where one can be had (a local file, or the
# index named by POLICY_TORCH_INDEX), else torch is left out. The chat needs no torch: questions are
# embedded by the ONNX encoder and the corpus's vectors ship with the package.
install_torch() {
    version=$(sed -n 's/^torch==//p' requirements.lock)
    if has_torch; then return 0; fi
    if [ -n "${POLICY_TORCH_INDEX:-}" ]; then
        say "installing torch $version from POLICY_TORCH_INDEX"
        pip_install --no-deps --index-url "$POLICY_TORCH_INDEX" "torch==$version"
        return 0
    fi
    if [ "$(uname -s)" = Linux ] && ! has_gpu; then
        report=$(.venv/bin/python -m pip install --disable-pip-version-check --quiet --dry-run \
            --ignore-installed --report - "torch==$version" 2>/dev/null || true)
        case "$report" in
        *'"name": "nvidia-'*)
            say "torch left out: only a build with several GB of CUDA was found, and there is no GPU." \
                "The chat works without it. To embed texts of your own, set POLICY_TORCH_INDEX to" \
                "PyTorch's CPU wheel index (named on its install page) and run this again."
            return 0
            ;;
        esac
    fi
    say "installing torch $version"
    pip_install --no-deps "torch==$version"
}

setup_runtime() {
    make_venv
    wanted=$(stamp)
    if [ "$(cat .venv/.runtime-stamp 2>/dev/null || true)" = "$wanted" ]; then
        # torch was left out, and an index for it is named now.
        [ -z "${POLICY_TORCH_INDEX:-}" ] || has_torch || install_torch
        return 0
    fi
    install_torch
    say "installing the locked dependencies (once; a few minutes)"
    grep -v -e '^#' -e '^torch==' requirements.lock > .venv/runtime.txt
    pip_install --no-deps -r .venv/runtime.txt
    pip_install --no-deps -r requirements-build.lock
    pip_install --no-deps --no-build-isolation -e .
    printf '%s' "$wanted" > .venv/.runtime-stamp
}

setup_dev() {
    wanted=$(stamp requirements-dev.lock)
    [ "$(cat .venv/.dev-stamp 2>/dev/null || true)" = "$wanted" ] && return 0
    say "installing the locked development tools (once)"
    pip_install --no-deps -r requirements-dev.lock
    printf '%s' "$wanted" > .venv/.dev-stamp
}

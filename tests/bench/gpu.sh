#!/bin/bash
# Checks and times the device plugins on a machine with a graphics card. Every step has its own time limit and log; a failed step does
# not stop the next.
#   gpu.sh              builds here (CUDA for architecture $CONCLAVE_ARCH, or 90), then runs
#   gpu.sh gather DIR [short]   builds here and copies to DIR what a machine without our tools needs; there: DIR/run.sh
#   gpu.sh run DIR      runs what lies in DIR
#   gpu.sh short DIR    the same for CUDA alone, in about a minute
# Logs go to $OUT (or a new folder in /tmp). The last line says whether all was right.
set -u

tree=$(cd "$(dirname "$0")/../.." 2>/dev/null && pwd)
targets="bench_devices bench_cuda conclave_cuda conclave_vulkan"

build() {
    cmake -S "$tree" -B "$tree/build/gpu" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCONCLAVE_BUILD_APP=OFF -DCONCLAVE_PCH=OFF \
        -DCONCLAVE_CUDA=ON -DCONCLAVE_VULKAN=ON -DCONCLAVE_CUDA_ARCHITECTURES="${CONCLAVE_ARCH:-90}" >/dev/null &&
        cmake --build "$tree/build/gpu" --target $targets
}

# gather DIR [short]: the programs without symbols; and, where Vulkan is run too, its loader and what NVIDIA's driver links but servers often
# lack.
gather() {
    local name programs="bench_devices bench_cuda conclave_cuda.so"
    rm -rf "$1/lib" "$1/programs"
    mkdir -p "$1/programs/lib" || return
    [ "$2" = short ] || programs="$programs conclave_vulkan.so"
    for name in $programs; do
        strip -o "$1/programs/$name" "$tree/build/gpu/bin/$name" || return
    done
    for name in libvulkan.so.1 libX11.so.6 libXext.so.6 libxcb.so.1 libXau.so.6 libXdmcp.so.6 libbsd.so.0 libmd.so.0; do
        [ "$2" = short ] || cp -L "/usr/lib/x86_64-linux-gnu/$name" "$1/programs/lib/" 2>/dev/null || echo "not carried: $name"
    done
    cp "$0" "$1/programs/gpu.sh"
    tar cJf "$1/programs.tar.xz" -C "$1/programs" . && rm -r "$1/programs" || return
    cat >"$1/run.sh" <<EOF
#!/bin/bash
there=\$(mktemp -d) && tar xJf "\$(dirname "\$0")/programs.tar.xz" -C "\$there" && exec bash "\$there/gpu.sh" ${2:-run} "\$there"
EOF
    chmod +x "$1/run.sh"
}

failed=""

# step NAME SECONDS COMMAND...: its output to a log, its end to `ended`.
step() {
    local name=$1 limit=$2 begin=$SECONDS
    shift 2
    timeout -k 5 "$limit" "$@" >"$OUT/$name.log" 2>&1
    ended=$?
    echo "== $name: $([ $ended = 0 ] && echo "all right" || echo "ended with $ended"), $((SECONDS - begin)) s"
    [ $ended = 0 ] || [ $ended = 77 ] || failed="$failed $name"
    grep "WRONG\|no card" "$OUT/$name.log" | cut -c1-160 | head -"${show:-14}"
}

# Vulkan needs to be told where the driver is when no one installed it in the usual place.
find_vulkan_driver() {
    local file
    for file in /usr/share/vulkan/icd.d/nvidia_icd.json /etc/vulkan/icd.d/nvidia_icd.json /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json; do
        [ -f "$file" ] && { export VK_DRIVER_FILES=$file VK_ICD_FILENAMES=$file; return; }
    done
    local library
    for library in libEGL_nvidia.so.0 libGLX_nvidia.so.0; do # the first needs no window system
        file=$(ls /usr/local/nvidia/lib64/$library /usr/lib/x86_64-linux-gnu/$library /usr/lib64/$library 2>/dev/null | head -1)
        [ -n "$file" ] || continue
        vulkan_driver_of "$file"
        return
    done
}

vulkan_driver_of() {
    printf '{"file_format_version": "1.0.1", "ICD": {"library_path": "%s", "api_version": "1.3.277"}}\n' "$1" >"$OUT/icd.json"
    export VK_DRIVER_FILES=$OUT/icd.json VK_ICD_FILENAMES=$OUT/icd.json
}

begin() {
    here=$1
    OUT=${OUT:-$(mktemp -d /tmp/gpu.XXXXXX)}
    mkdir -p "$OUT"
    chmod +x "$here"/bench_devices "$here"/bench_cuda 2>/dev/null
    export PATH=$PATH:/usr/local/cuda/bin
    { nvidia-smi --query-gpu=name,driver_version,memory.used,clocks.max.mem --format=csv,noheader || echo "nvidia-smi: none"; } 2>&1 | head -3
}

# modes WHAT MODE...: steps in each of the ways that CONCLAVE_CUDA_MODE knows; "all" stands for the usual one.
modes() {
    local what=$1 mode
    shift
    for mode in "$@"; do
        CONCLAVE_CUDA_MODE=${mode#all} step "steps-$what-$mode" 12 "$here/bench_devices" steps conclave_cuda "$what"
        cat "$OUT/steps-$what-$mode.log"
    done
}

# What is timed comes first: others may use the machine later.
cuda() {
    modes decode all
    cuda=$ended
    [ "$cuda" = 77 ] && return
    modes one trace
    step cuda-decode 15 "$here/bench_cuda"
    cat "$OUT/cuda-decode.log"
    modes prompt all
    modes decode serial eager plain
    show=40 step cuda-check 40 "$here/bench_devices" check conclave_cuda
    grep "cases," "$OUT/cuda-check.log"
    modes prompt trace
    step cuda-queue 6 "$here/bench_devices" time conclave_cuda
    grep "GB/s" "$OUT/cuda-queue.log"
}

# memcheck NAME SECONDS TEXT: the cases whose name contains TEXT.
memcheck() {
    CONCLAVE_ONE_PROCESS=1 step "$1" "$2" compute-sanitizer --report-api-errors no --error-exitcode 9 "$here/bench_devices" check conclave_cuda "$3"
    grep "cases,\|ERROR SUMMARY\|=========.*at \|Invalid" "$OUT/$1.log" | head -6
}

# racecheck SECONDS TEXT
racecheck() {
    CONCLAVE_ONE_PROCESS=1 step racecheck "$1" compute-sanitizer --tool racecheck --error-exitcode 9 "$here/bench_devices" check conclave_cuda "$2"
    grep "cases,\|SUMMARY" "$OUT/racecheck.log" | head -3
}

conclude() {
    echo "total $SECONDS s; logs in $OUT; $([ "$cuda" = 77 ] && echo "no card" || echo "${failed:+NOT RIGHT:}${failed:-all right}")"
    [ -z "$failed" ] && [ "$cuda" != 77 ]
}

short() {
    begin "$1"
    cuda
    if [ "$cuda" != 77 ] && command -v compute-sanitizer >/dev/null; then
        [ $SECONDS -gt 90 ] || memcheck memcheck-decode 12 decode:
        [ $SECONDS -gt 95 ] || memcheck memcheck-attention 8 "attention"
        [ $SECONDS -gt 100 ] || racecheck 8 "decode: heads, cache F16"
    fi
    conclude
}

run() {
    begin "$1"
    cuda

    # The machine's own libraries first: ours fill the gaps.
    local libraries=${LD_LIBRARY_PATH:-} driver
    export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/usr/local/nvidia/lib64:/usr/lib/x86_64-linux-gnu:$here/lib
    find_vulkan_driver
    step vulkan-check 45 "$here/bench_devices" check conclave_vulkan
    if [ "$ended" = 77 ]; then # the driver's other door, which needs no window system
        driver=$(ls /usr/local/nvidia/lib64/libEGL_nvidia.so.0 /usr/lib/x86_64-linux-gnu/libEGL_nvidia.so.0 2>/dev/null | head -1)
        [ -n "$driver" ] && vulkan_driver_of "$driver" && VK_LOADER_DEBUG=error,warn step vulkan-check-egl 45 "$here/bench_devices" check conclave_vulkan
    fi
    grep -h "cases," "$OUT"/vulkan-check*.log
    if [ "$ended" != 77 ]; then
        step vulkan-queue 25 "$here/bench_devices" time conclave_vulkan
        grep "GB/s" "$OUT/vulkan-queue.log"
    else
        ls -d /usr/local/nvidia /usr/share/vulkan /etc/vulkan 2>/dev/null
        timeout 5 find / -xdev \( -name "*nvidia_icd*.json" -o -name "libGLX_nvidia.so*" -o -name "libnvidia-glvkspirv*" \) 2>/dev/null | head -4
    fi
    export LD_LIBRARY_PATH=$libraries

    if [ "$cuda" != 77 ] && command -v compute-sanitizer >/dev/null; then
        memcheck memcheck 30 ""
        racecheck 15 "decode: r"
    fi
    command -v compute-sanitizer >/dev/null || echo "compute-sanitizer: not found"
    conclude
}

case ${1:-} in
    "") build && run "$tree/build/gpu/bin" ;;
    gather) build && gather "$2" "${3:-}" ;;
    run) run "$2" ;;
    short) short "$2" ;;
    *) sed -n '2,9p' "$0"; exit 2 ;;
esac

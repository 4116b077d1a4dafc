# bash completion for conclave(1)
_conclave()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} sub=${COMP_WORDS[2]} options=
    COMPREPLY=()
    case $before in
    --model | --projector)
        mapfile -t COMPREPLY < <(compgen -f -X '!*.gguf' -- "$word"; compgen -d -- "$word")
        return ;;
    --to)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return ;;
    --shape)
        mapfile -t COMPREPLY < <(compgen -W 'qwen3-30b-a3b qwen3.5-35b-a3b glm-4.7-flash mixtral-8x7b deepseek-v2-lite deepseek-v3 deepseek-v4-flash gpt-oss-20b' -- "$word")
        return ;;
    --type)
        mapfile -t COMPREPLY < <(compgen -W 'F16 Q8_0 Q4_0 Q4_K_M MXFP4' -- "$word")
        return ;;
    --device)
        mapfile -t COMPREPLY < <(compgen -W 'cpu cuda vulkan' -- "$word")
        return ;;
    --looks)
        mapfile -t COMPREPLY < <(compgen -W '1 2 3' -- "$word")
        return ;;
    --context | --memory | --prefill | --depth | --tokens | --repeats | --threads | --batch | --ahead | --experts | --layers | --card-layers | --card-memory | --proxy | --mirror)
        return ;;
    esac
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W 'read chat models bench synth --model --help --version' -- "$word"; compgen -f -- "$word")
        return
    fi
    if [[ $command == models ]] && ((COMP_CWORD == 2)); then
        mapfile -t COMPREPLY < <(compgen -W 'list describe forecast get verify' -- "$word")
        return
    fi
    case $command in
    read) options='--model --looks --json --csv' ;;
    chat) options='--model --projector --memory --speculate --device --card-layers --card-memory --json' ;;
    bench) options='--model --prefill --depth --tokens --repeats --threads --batch --ahead --experts --memory --device --card-layers --card-memory --kv8 --json' ;;
    synth) options='--shape --type --layers --mtp --hole' ;;
    models)
        case $sub in
        list) options='--catalogue --json' ;;
        describe) options='--projector --json' ;;
        forecast) options='--context --memory --kv8 --projector --check --json' ;;
        get) options='--to --proxy --mirror --json' ;;
        verify) options='--json' ;;
        esac ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    elif [[ $command == models && $sub == get ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(conclave models list --catalogue 2>/dev/null | cut -d' ' -f1)" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _conclave conclave

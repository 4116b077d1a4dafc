# fish completion for conclave(1)
set -l commands read chat models bench synth
set -l models list describe forecast get verify

complete -c conclave -n "not __fish_seen_subcommand_from $commands" -a "$commands"
complete -c conclave -n "not __fish_seen_subcommand_from $commands" -l help -d 'Usage'
complete -c conclave -n "not __fish_seen_subcommand_from $commands" -l version -d 'Version'
complete -c conclave -n "not __fish_seen_subcommand_from models synth" -l model -r -d 'GGUF file'

complete -c conclave -n "__fish_seen_subcommand_from read chat bench $models" -l json -d 'JSON'
complete -c conclave -n "__fish_seen_subcommand_from read" -l looks -x -a '1 2 3' -d 'Looks at each picture'
complete -c conclave -n "__fish_seen_subcommand_from read" -l csv -d 'CSV'
complete -c conclave -n "__fish_seen_subcommand_from chat describe forecast" -l projector -r -d 'Vision part'
complete -c conclave -n "__fish_seen_subcommand_from chat" -l speculate -d 'Compute likely tokens ahead'

complete -c conclave -f -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from $models" -a "$models"
complete -c conclave -n "__fish_seen_subcommand_from list" -l catalogue -d 'Models worth fetching'
complete -c conclave -n "__fish_seen_subcommand_from forecast" -l context -x -d 'Tokens of context'
complete -c conclave -n "__fish_seen_subcommand_from forecast chat bench" -l memory -x -d 'Gigabytes of memory'
complete -c conclave -n "__fish_seen_subcommand_from forecast" -l kv8 -d 'Context in 8 bits'
complete -c conclave -n "__fish_seen_subcommand_from forecast" -l check -d 'Tell what came true'
complete -c conclave -n "__fish_seen_subcommand_from get" -l to -r -d 'Folder'
complete -c conclave -n "__fish_seen_subcommand_from get" -l proxy -x -d 'Proxy'
complete -c conclave -n "__fish_seen_subcommand_from get" -l mirror -x -d 'Mirror'
complete -c conclave -f -n "__fish_seen_subcommand_from get" -a "(conclave models list --catalogue 2>/dev/null | string split -f1 ' ')"

complete -c conclave -n "__fish_seen_subcommand_from bench" -l prefill -x -d 'Prompt lengths'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l depth -x -d 'Context lengths'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l tokens -x -d 'Tokens of an answer'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l repeats -x -d 'Times'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l threads -x -d 'Threads'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l batch -x -d 'Answers computed together'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l ahead -x -d 'Tokens computed ahead'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l experts -x -d 'Share of the experts\' scores'
complete -c conclave -n "__fish_seen_subcommand_from chat bench" -l device -x -a "cpu cuda vulkan" -d 'What computes'
complete -c conclave -n "__fish_seen_subcommand_from chat bench" -l card-layers -x -d 'Layers on the card'
complete -c conclave -n "__fish_seen_subcommand_from chat bench" -l card-memory -x -d 'Gigabytes of the card'
complete -c conclave -n "__fish_seen_subcommand_from bench" -l kv8 -d 'Context in 8 bits'

complete -c conclave -n "__fish_seen_subcommand_from synth" -l shape -x -a 'qwen3-30b-a3b qwen3.5-35b-a3b glm-4.7-flash mixtral-8x7b deepseek-v2-lite deepseek-v3 deepseek-v4-flash gpt-oss-20b'
complete -c conclave -n "__fish_seen_subcommand_from synth" -l type -x -a 'F16 Q8_0 Q4_0 Q4_K_M MXFP4'
complete -c conclave -n "__fish_seen_subcommand_from synth" -l layers -x -d 'Layers'
complete -c conclave -n "__fish_seen_subcommand_from synth" -l mtp -d 'With the block that foretells tokens'
complete -c conclave -n "__fish_seen_subcommand_from synth" -l hole -d 'Without weights'

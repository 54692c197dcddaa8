// The scripts with which shells complete a command line. Each asks the program for completions of the last word, so a
// script stays correct when commands change. Each line of the answer has a word and, after a tab, what it does.
import type { shells } from "../syntax/completion.ts";

export const scripts = {
  bash: `# Completion of resnet-exp for bash.
_resnet_exp() {
  local line
  COMPREPLY=()
  compopt +o default 2>/dev/null
  while IFS= read -r line; do
    case $line in
      :files | :directories) compopt -o default 2>/dev/null ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(resnet-exp complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _resnet_exp resnet-exp
`,
  zsh: `# Completion of resnet-exp for zsh, to be read after compinit.
_resnet_exp() {
  local -a candidates
  local line
  for line in "\${(@f)$(resnet-exp complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :files) _files ;;
      :directories) _files -/ ;;
      *$'\\t'*) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      ?*) candidates+=("\${line//:/\\\\:}") ;;
    esac
  done
  (( $#candidates )) && _describe -V value candidates
}
compdef _resnet_exp resnet-exp
`,
  fish: `# Completion of resnet-exp for fish.
function __resnet_exp_complete
  set -l current (commandline -ct)
  set -l words (commandline -opc) "$current"
  for line in (resnet-exp complete -- $words[2..] 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path "$current"
      case :directories
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c resnet-exp -f -a '(__resnet_exp_complete)'
`,
} satisfies Record<(typeof shells)[number], string>;

#include "completion_scripts.hpp"

namespace track::cli {
namespace {

// Bash splits words at `=`, `:` and `@` too: they are joined again before they
// are sent, and the part before the last split is cut from the answers.
constexpr std::string_view k_bash = R"script(# bash completion of track
_track() {
  local rest=$COMP_LINE trimmed word last i line
  local -a words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    trimmed=${rest#"${rest%%[![:space:]]*}"}
    if ((i > 0)) && [[ $trimmed == "$rest" ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    rest=${trimmed#"$word"}
  done
  word=${words[${#words[@]}-1]}
  last=${COMP_WORDS[COMP_CWORD]}
  [[ $last == [=:@] && $word != "$last" ]] && last=

  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$last") ;;
      :directories) compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$last") ;;
      :command)
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -c -f -- "$last") ;;
      *) line=${line%%$'\t'*}
        COMPREPLY+=("${line#"${word%"$last"}"}") ;;
    esac
  done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _track track
)script";

constexpr std::string_view k_zsh = R"script(#compdef track
_track() {
  local -a lines described
  local line
  lines=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case ${lines[1]} in
    :files) _files; return ;;
    :directories) _files -/; return ;;
    :command)
      local at=${words[(i)--]}
      shift $at words
      ((CURRENT -= at))
      _normal
      return ;;
  esac
  for line in $lines; do
    described+=("${${line%%$'\t'*}//:/\\:}:${${line#*$'\t'}#$line}")
  done
  _describe -t track-words 'track' described
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _track "$@"; else compdef _track track; fi
)script";

constexpr std::string_view k_fish = R"script(# fish completion of track
function __track_complete
  set -l words (commandline -opc)
  set -l lines (command $words[1] __complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
  switch "$lines[1]"
    case :files
      __fish_complete_path (commandline -ct)
    case :directories
      __fish_complete_directories (commandline -ct)
    case :command
      __fish_complete_subcommand
    case '*'
      printf '%s\n' $lines
  end
end
complete -c track -f -a '(__track_complete)'
)script";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "zsh") return k_zsh;
  if (shell == "fish") return k_fish;
  return k_bash;
}

}  // namespace track::cli

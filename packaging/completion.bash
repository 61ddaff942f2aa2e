# SPDX-License-Identifier: GPL-2.0-only
# Completion for bash, of uapi-conform and uapi-report: what each program's own --help and --list say.
# shellcheck shell=bash

_uapi_conform() {
	local program=$1 word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} words
	# "=" is a word of its own: --case = GLOB.
	if [[ $word == "=" ]]; then
		word=
	elif [[ $option == "=" ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $option in
	--case | --after) words=$("$program" --list 2>/dev/null | cut -f 1) ;;
	--suite) words=$("$program" --list 2>/dev/null | cut -d . -f 1 | sort -u) ;;
	--allow) words="state debug bind" ;;
	--device) words=$(cd /sys/bus/pci/devices 2>/dev/null && echo *) ;;
	*) words=$("$program" --help 2>/dev/null | grep -o -e '--[a-z]*=\?') ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
}

_uapi_report() {
	local program=$1 word=${COMP_WORDS[COMP_CWORD]} words=
	if ((COMP_CWORD == 1)); then
		words="--help --version $("$program" --help 2>/dev/null | sed -n 's/^    \([a-z]*\)\( .*\)\?$/\1/p')"
	elif [[ $word == -* ]]; then
		words=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null | grep -o -e '--[a-z-]*')
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _uapi_conform uapi-conform
complete -o default -F _uapi_report uapi-report

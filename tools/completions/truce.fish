# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of truce(1) for fish, which asks the command itself.

function __truce_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l reply ($words[1] complete $words[2..-1] 2>/dev/null)
    if test "$reply[1]" = file
        # Behind “--option=” the name of a file begins.
        set -l start (string match -r '^-.*=' -- $words[-1])
        for path in (__fish_complete_path (string replace -- "$start" '' $words[-1]))
            echo "$start$path"
        end
    else
        string join \n -- $reply[2..-1]
    end
end
complete -c truce -f -a '(__truce_complete)'

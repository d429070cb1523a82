/* The library as a program of the protocol: `mxact run -- ./serve [backend]`. */
#include "mxact.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static char line[1 << 20];
    const char *backend = argc > 1 ? argv[1] : NULL;
    while (fgets(line, sizeof line, stdin)) {
        mxact_text *answer = NULL;
        line[strcspn(line, "\r\n")] = 0;
        if (mxact_answer(line, backend, &answer) != MXACT_OK) {
            fprintf(stderr, "serve: %s\n", mxact_error());
            return 2;
        }
        puts(answer->data);
        mxact_text_free(answer);
    }
    return 0;
}

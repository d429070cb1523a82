/* mxact_pkg.sv over mxact.h: names pass through, words of 32 bits become the library's bytes and back. Here texts and golden vectors. */
#include "mxact_dpi.h"

#include <stdio.h>

static _Thread_local char own_line[256];
static _Thread_local mxact_text *given;

const char *dpi_text(const char *text) { return text && *text ? text : NULL; }

int dpi_failed(mxact_status status, const char *line)
{
    snprintf(own_line, sizeof own_line, "%s", line ? line : "");
    return status;
}

int dpi_give(mxact_status status, mxact_text *text, const char **to)
{
    if (given) mxact_text_free(given);
    given = status ? NULL : text;
    *to = given ? given->data : "";
    return dpi_failed(status, NULL);
}

const char *mxact_dpi_error(void) { return *own_line ? own_line : mxact_error(); }

const char *mxact_dpi_version(void) { return mxact_version(); }

int mxact_dpi_answer(const char *request, const char **reply)
{
    mxact_text *text = NULL;
    int status = mxact_answer(request, NULL, &text);
    return dpi_give(status, text, reply);
}

int mxact_dpi_explain(const char *format, const char *number, const char *choices, const char **lines)
{
    mxact_text *text = NULL;
    int status = mxact_explain(format, number, NULL, dpi_text(choices), &text);
    return dpi_give(status, text, lines);
}

int mxact_dpi_vectors_open(const char *folder, const char *level, const char *only, void **vectors)
{
    mxact_vectors *opened = NULL;
    int status = mxact_vectors_open(dpi_text(folder), dpi_text(level), dpi_text(only), &opened);
    *vectors = status ? NULL : opened;
    return dpi_failed(status, NULL);
}

int mxact_dpi_vectors_next(void *vectors, const char **id, const char **request, const char **expected, const char **flags)
{
    mxact_row row = { .size = sizeof row };
    int status = mxact_vectors_next(vectors, &row);
    *id = status ? "" : row.id;
    *request = status ? "" : row.request;
    *expected = status ? "" : row.answer;
    *flags = status ? "" : row.flags;
    return dpi_failed(status, NULL);
}

void mxact_dpi_vectors_close(void *vectors) { mxact_vectors_close(vectors); }

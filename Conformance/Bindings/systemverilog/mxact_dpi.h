/* What the parts of the DPI shim share: texts, errors and arrays of 32-bit words. */
#ifndef MXACT_DPI_H
#define MXACT_DPI_H

#include <mxact.h>
#include <stdbool.h>
#include <svdpi.h>

/* An empty text of SystemVerilog is a default, which the library takes as null. */
const char *dpi_text(const char *text);

/* Keeps a line for error_text(), and returns the status. null: the library's own line of this thread. */
int dpi_failed(mxact_status status, const char *line);

/* Gives a library's text to SystemVerilog, which copies it before the next call of this thread. */
int dpi_give(mxact_status status, mxact_text *text, const char **to);

/* An open array as the library takes it: a byte a code up to 8 bits, two up to 16, four above. */
typedef struct dpi_array {
    void *data;
    int count;
    int bytes; /* an element */
} dpi_array;

/* false: no memory. What is read in is narrowed; a word that does not fit is refused by its caller with dpi_fits(). */
bool dpi_make(dpi_array *array, const svOpenArrayHandle handle, int bytes, bool read);
bool dpi_fits(const svOpenArrayHandle handle, int bytes);
void dpi_write_back(const dpi_array *array, const svOpenArrayHandle handle);
void dpi_free(dpi_array *array);

/* How many bytes a code of an element format takes; 0: it is no element format. */
int dpi_element_bytes(const char *format);

/* The same of numbers to convert, which are binary32 unless said. */
int dpi_from_bytes(const char *from);

#endif

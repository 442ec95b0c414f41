package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.serde.csv.CsvFormat;
import java.nio.charset.StandardCharsets;

/** The first line of a CSV file: the names of its columns. */
final class CsvHeader {
    private CsvHeader() {}

    /** Reads the first line and refuses a file whose columns are not the record's. */
    static void check(LineReader lines, CsvFormat<?> format) {
        if (!lines.next()) {
            throw new BadInputException("input is empty: file=" + lines.file() + "; it must begin with the header \""
                    + format.header() + "\"");
        }
        String found = new String(
                lines.buffer(), lines.lineStart(), lines.lineEnd() - lines.lineStart(), StandardCharsets.UTF_8);
        if (!found.equals(format.header())) {
            throw new BadInputException("header is not the record's: file=" + lines.file() + ", found=\"" + found
                    + "\", expected=\"" + format.header() + "\"");
        }
    }
}

package dev.millrace.engine.internal.file;

import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.serde.csv.CsvFormat;
import dev.millrace.serde.json.JsonFormat;
import java.lang.invoke.MethodHandles;

/** What the lines of a file are. */
public enum LineKind {
    /** Comma-separated values behind a line with the names of the columns. */
    CSV {
        @Override
        void checkType(Class<?> type) {
            CsvFormat.of(type);
        }

        @Override
        void begin(LineReader lines, Class<?> type) {
            CsvHeader.check(lines, CsvFormat.of(type));
        }

        @Override
        LinesReader reader(LineReader lines, Class<?> type, boolean skipsMalformed) {
            return Templates.instance(
                    LOOKUP, CsvFileReader.class, LinesReader.class, lines, CsvFormat.of(type), skipsMalformed);
        }
    },
    /** A value in JSON on each line. */
    JSON {
        @Override
        void checkType(Class<?> type) {
            JsonFormat.of(type);
        }

        @Override
        void begin(LineReader lines, Class<?> type) {}

        @Override
        LinesReader reader(LineReader lines, Class<?> type, boolean skipsMalformed) {
            return Templates.instance(
                    LOOKUP, JsonFileReader.class, LinesReader.class, lines, JsonFormat.of(type), skipsMalformed);
        }
    };

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    /** Refuses a type that is no line. */
    abstract void checkType(Class<?> type);

    /** Reads what is before the first record, and refuses what should not be there. */
    abstract void begin(LineReader lines, Class<?> type);

    /** A reader of the records behind that. */
    abstract LinesReader reader(LineReader lines, Class<?> type, boolean skipsMalformed);
}

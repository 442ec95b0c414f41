package dev.millrace.engine.internal.check;

import java.util.ArrayList;
import java.util.List;

/** Columns for people: as wide as their widest cell, numbers to the right. Used by one thread. */
final class TextTable {
    private static final String INDENT = "  ";
    private static final String GAP = "  ";

    private final String[] heads;
    private final List<String[]> rows = new ArrayList<>();

    /** @param heads what stands above each column; with a {@code >} before it, the column is set to the right */
    TextTable(String... heads) {
        this.heads = heads;
    }

    /** Adds a line. */
    void row(Object... cells) {
        if (cells.length != heads.length) {
            throw new IllegalArgumentException(
                    "row does not fit its table: cellCount=" + cells.length + ", columnCount=" + heads.length);
        }
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = cells[i].toString();
        }
        rows.add(row);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The table as lines, with one for the heads; nothing if it has no rows. */
    void addTo(StringBuilder text) {
        if (rows.isEmpty()) {
            return;
        }
        String[] plainHeads = new String[heads.length];
        int[] widths = new int[heads.length];
        for (int i = 0; i < heads.length; i++) {
            plainHeads[i] = isRight(i) ? heads[i].substring(1) : heads[i];
            widths[i] = plainHeads[i].length();
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        line(plainHeads, widths, text);
        rows.forEach(row -> line(row, widths, text));
    }

    private boolean isRight(int column) {
        return heads[column].startsWith(">");
    }

    private void line(String[] cells, int[] widths, StringBuilder text) {
        StringBuilder line = new StringBuilder(INDENT);
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(widths[i] - cells[i].length());
            line.append(i == 0 ? "" : GAP).append(isRight(i) ? padding + cells[i] : cells[i] + padding);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}

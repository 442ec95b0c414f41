package dev.millrace.bench.report;

import java.util.List;

/** Memory over time, one line a contender, each over its own last round. */
final class MemoryPlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 180;
    private static final int LEFT = 70;
    private static final int BOTTOM = 24;
    private static final int TOP = 10;
    private static final int RIGHT = 150;
    private static final int GRID_LINES = 4;
    private static final int NAME_HEIGHT = 14;

    private MemoryPlot() {}

    /** Bytes at equal distances in time. */
    record Line(String label, double intervalMillis, List<Double> bytes, boolean isOurs) {
        double millis() {
            return intervalMillis * (bytes.size() - 1);
        }
    }

    static String of(List<Line> lines) {
        double bytes = 1;
        double millis = 1;
        for (Line line : lines) {
            millis = Math.max(millis, line.millis());
            for (double point : line.bytes()) {
                bytes = Math.max(bytes, point);
            }
        }
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" role=\"img\" aria-label=\"resident memory over time\">\n");
        for (int i = 0; i <= GRID_LINES; i++) {
            double y = y(bytes * i / GRID_LINES, bytes);
            svg.append("<path class=\"grid\" d=\"M" + LEFT + " " + Html.at(y) + "H" + (WIDTH - RIGHT) + "\"/>\n");
            svg.append("<text class=\"label\" x=\"" + (LEFT - 8) + "\" y=\"" + Html.at(y + 4) + "\">"
                    + Html.shortNumber(bytes * i / GRID_LINES) + "B</text>\n");
        }
        svg.append("<text class=\"label\" x=\"" + (WIDTH - RIGHT) + "\" y=\"" + (HEIGHT - 6) + "\">"
                + Html.micros(millis * 1e3) + "</text>\n");
        for (int i = 0; i < lines.size(); i++) {
            append(svg, lines.get(i), bytes, millis, i);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void append(StringBuilder svg, Line line, double bytes, double millis, int row) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < line.bytes().size(); i++) {
            double x = LEFT + i * line.intervalMillis() / millis * (WIDTH - LEFT - RIGHT);
            path.append(i == 0 ? "M" : "L")
                    .append(Html.at(x))
                    .append(' ')
                    .append(Html.at(y(line.bytes().get(i), bytes)));
        }
        String dash = row == 0 ? "" : " stroke-dasharray=\"" + (2 + 3 * row) + " 3\"";
        svg.append(
                "<path class=\"" + (line.isOurs() ? "ourLine" : "rivalLine") + "\"" + dash + " d=\"" + path + "\"/>\n");
        int y = TOP + NAME_HEIGHT * row + NAME_HEIGHT;
        svg.append("<path class=\"" + (line.isOurs() ? "ourLine" : "rivalLine") + "\"" + dash + " d=\"M"
                + (WIDTH - RIGHT + 8) + " " + (y - 4) + "h22\"/>\n");
        svg.append("<text class=\"" + (line.isOurs() ? "ourName" : "rivalName") + "\" x=\"" + (WIDTH - RIGHT + 36)
                + "\" y=\"" + y + "\">" + Html.escape(line.label()) + "</text>\n");
    }

    private static double y(double value, double largest) {
        return HEIGHT - BOTTOM - value / largest * (HEIGHT - BOTTOM - TOP);
    }
}

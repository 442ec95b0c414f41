package dev.millrace.bench.report;

import java.util.List;

/** Latency over the percentile, both axes logarithmic: how far the slowest of a thousand are from the median. */
final class PercentilePlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 280;
    private static final int LEFT = 70;
    private static final int BOTTOM = 30;
    private static final int TOP = 10;
    private static final int RIGHT = 20;
    private static final int NINES = 5;

    private PercentilePlot() {}

    /** Points are pairs of a percentile and microseconds. */
    record Line(String label, List<List<Double>> points, boolean isOurs) {}

    static String of(List<Line> lines) {
        double largest = extreme(lines, true);
        double smallest = extreme(lines, false);
        int low = (int) Math.floor(Math.log10(Math.max(smallest, 0.1)));
        int high = Math.max(low + 1, (int) Math.ceil(Math.log10(Math.max(largest, 1))));
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" role=\"img\" aria-label=\"latency by percentile\">\n");
        for (int decade = low; decade <= high; decade++) {
            double y = y(Math.pow(10, decade), low, high);
            svg.append("<path class=\"grid\" d=\"M" + LEFT + " " + Html.at(y) + "H" + (WIDTH - RIGHT) + "\"/>\n");
            svg.append("<text class=\"label\" x=\"" + (LEFT - 8) + "\" y=\"" + Html.at(y + 4) + "\">"
                    + Html.micros(Math.pow(10, decade)) + "</text>\n");
        }
        for (int nines = 0; nines <= NINES; nines++) {
            double percentile = 100 - 100 * Math.pow(10, -nines);
            double x = x(percentile);
            svg.append("<text class=\"tick\" x=\"" + Html.at(x) + "\" y=\"" + (HEIGHT - 8) + "\">"
                    + (nines == 0 ? "min" : trimmed(percentile) + " %") + "</text>\n");
        }
        for (int i = 0; i < lines.size(); i++) {
            append(svg, lines.get(i), low, high, i);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void append(StringBuilder svg, Line line, int low, int high, int row) {
        StringBuilder path = new StringBuilder();
        for (List<Double> point : line.points()) {
            path.append(path.length() == 0 ? "M" : "L")
                    .append(Html.at(x(point.get(0))))
                    .append(' ')
                    .append(Html.at(y(Math.max(point.get(1), 0.1), low, high)));
        }
        svg.append("<path class=\"" + (line.isOurs() ? "ourLine" : "rivalLine") + "\" d=\"" + path + "\"/>\n");
        svg.append("<text class=\"" + (line.isOurs() ? "ourName" : "rivalName") + "\" x=\"" + (LEFT + 12) + "\" y=\""
                + (TOP + 16 + 16 * row) + "\">" + Html.escape(line.label()) + "</text>\n");
    }

    private static double x(double percentile) {
        double nines = percentile >= 100 ? NINES : Math.min(NINES, -Math.log10(1 - percentile / 100));
        return LEFT + nines / NINES * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double micros, int low, int high) {
        double share = (Math.log10(micros) - low) / (high - low);
        return HEIGHT - BOTTOM - Math.min(1, Math.max(0, share)) * (HEIGHT - BOTTOM - TOP);
    }

    private static String trimmed(double percentile) {
        return String.valueOf(Math.round(percentile * 1000) / 1000.0).replaceAll("\\.0$", "");
    }

    private static double extreme(List<Line> lines, boolean isLargest) {
        double found = isLargest ? 0 : Double.MAX_VALUE;
        for (Line line : lines) {
            for (List<Double> point : line.points()) {
                found = isLargest ? Math.max(found, point.get(1)) : Math.min(found, point.get(1));
            }
        }
        return found;
    }
}

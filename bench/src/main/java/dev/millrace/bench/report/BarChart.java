package dev.millrace.bench.report;

import java.util.List;

/** Bars from left to right, one a contender, with a line from minimum to maximum. */
final class BarChart {
    private static final int WIDTH = 720;
    private static final int LABEL_WIDTH = 170;
    private static final int VALUE_WIDTH = 90;
    private static final int ROW_HEIGHT = 30;
    private static final int BAR_HEIGHT = 16;

    private BarChart() {}

    /** A bar. */
    record Bar(String label, double value, double min, double max, boolean isOurs) {}

    static String of(String title, List<Bar> bars) {
        double largest = bars.stream().mapToDouble(Bar::max).max().orElse(1);
        double scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / Math.max(largest, Double.MIN_NORMAL);
        StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(bars.size() * ROW_HEIGHT)
                .append("\" role=\"img\" aria-label=\"")
                .append(Html.escape(title))
                .append("\">\n");
        for (int row = 0; row < bars.size(); row++) {
            append(svg, bars.get(row), row * ROW_HEIGHT, scale);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void append(StringBuilder svg, Bar bar, int top, double scale) {
        double middle = top + ROW_HEIGHT / 2.0;
        String y = Html.at(middle);
        svg.append("<text class=\"label\" x=\"")
                .append(LABEL_WIDTH - 8)
                .append("\" y=\"")
                .append(Html.at(middle + 4))
                .append("\">")
                .append(Html.escape(bar.label()))
                .append("</text>\n");
        svg.append("<rect class=\"")
                .append(bar.isOurs() ? "ours" : "rival")
                .append("\" x=\"")
                .append(LABEL_WIDTH)
                .append("\" y=\"")
                .append(Html.at(middle - BAR_HEIGHT / 2.0))
                .append("\" width=\"")
                .append(Html.at(bar.value() * scale))
                .append("\" height=\"")
                .append(BAR_HEIGHT)
                .append("\" rx=\"2\"/>\n");
        svg.append("<path class=\"spread\" d=\"M")
                .append(Html.at(LABEL_WIDTH + bar.min() * scale))
                .append(' ')
                .append(y)
                .append("H")
                .append(Html.at(LABEL_WIDTH + bar.max() * scale))
                .append("\"/>\n");
        svg.append("<text class=\"value\" x=\"")
                .append(Html.at(LABEL_WIDTH + bar.max() * scale + 8))
                .append("\" y=\"")
                .append(Html.at(middle + 4))
                .append("\">")
                .append(Html.shortNumber(bar.value()))
                .append("</text>\n");
    }
}

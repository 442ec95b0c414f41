package dev.millrace.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Draws bars on a card of its own colour, so that they can be read on a page of any. Twice as many pixels as units: sharp on
 * screens that have them.
 */
final class BarPicture {
    static final int WIDTH = 760;
    static final int PIXELS_PER_UNIT = 2;

    private static final int MARGIN = 16;
    private static final int LABEL_WIDTH = 170;
    private static final int VALUE_WIDTH = 90;
    private static final int HEAD_HEIGHT = 56;
    private static final int ROW_HEIGHT = 28;
    private static final int BAR_HEIGHT = 16;
    private static final int CORNER = 10;
    private static final float TITLE_SIZE = 15;
    private static final float TEXT_SIZE = 13;

    private static final Color CARD = new Color(0xffffff);
    private static final Color EDGE = new Color(0xd0d7de);
    private static final Color INK = new Color(0x1c2733);
    private static final Color FAINT = new Color(0x5c6b7a);
    private static final Color OURS = new Color(0x0b7285);
    private static final Color RIVAL = new Color(0xb6c2cd);

    private final String title;
    private final String unit;
    private final List<PictureBar> bars;
    private final boolean isLogarithmic;
    private final double low;
    private final double high;

    BarPicture(String title, String unit, List<PictureBar> bars, boolean isLogarithmic) {
        this.title = title;
        this.unit = unit;
        this.bars = bars;
        this.isLogarithmic = isLogarithmic;
        double largest = bars.stream().mapToDouble(PictureBar::max).max().orElse(1);
        double smallest = bars.stream().mapToDouble(PictureBar::min).min().orElse(1);
        // The shortest bar is still to be seen.
        low = isLogarithmic ? Math.log10(Math.max(smallest, Double.MIN_NORMAL)) - 1 : 0;
        high = isLogarithmic ? Math.log10(Math.max(largest, Double.MIN_NORMAL)) : Math.max(largest, Double.MIN_NORMAL);
    }

    BufferedImage draw() {
        int height = HEAD_HEIGHT + bars.size() * ROW_HEIGHT + MARGIN;
        BufferedImage image =
                new BufferedImage(WIDTH * PIXELS_PER_UNIT, height * PIXELS_PER_UNIT, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            g.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
            card(g, height);
            for (int row = 0; row < bars.size(); row++) {
                bar(g, bars.get(row), HEAD_HEIGHT + row * ROW_HEIGHT + ROW_HEIGHT / 2.0);
            }
        } finally {
            g.dispose();
        }
        return image;
    }

    private void card(Graphics2D g, int height) {
        RoundRectangle2D card = new RoundRectangle2D.Double(0.5, 0.5, WIDTH - 1.0, height - 1.0, CORNER, CORNER);
        g.setColor(CARD);
        g.fill(card);
        g.setColor(EDGE);
        g.draw(card);
        Font text = new Font(Font.SANS_SERIF, Font.PLAIN, 1);
        g.setColor(INK);
        Font bold = text.deriveFont(Font.BOLD, TITLE_SIZE);
        g.setFont(bold);
        double room = WIDTH - 2.0 * MARGIN;
        double width = g.getFontMetrics().stringWidth(title);
        if (width > room) {
            g.setFont(bold.deriveFont((float) (TITLE_SIZE * room / width)));
        }
        g.drawString(title, MARGIN, 26);
        g.setFont(text.deriveFont(TEXT_SIZE));
        g.setColor(FAINT);
        g.drawString(unit, MARGIN, 46);
    }

    private void bar(Graphics2D g, PictureBar bar, double middle) {
        int left = MARGIN + LABEL_WIDTH;
        float baseline = (float) middle + TEXT_SIZE / 3;
        g.setColor(INK);
        g.drawString(bar.label(), left - 8f - g.getFontMetrics().stringWidth(bar.label()), baseline);
        g.setColor(bar.isOurs() ? OURS : RIVAL);
        g.fill(new RoundRectangle2D.Double(left, middle - BAR_HEIGHT / 2.0, length(bar.value()), BAR_HEIGHT, 4, 4));
        if (bar.max() > bar.min()) {
            g.setColor(INK);
            g.setStroke(new BasicStroke(1.5f));
            g.draw(new Line2D.Double(left + length(bar.min()), middle, left + length(bar.max()), middle));
        }
        g.setColor(FAINT);
        g.drawString(bar.text(), (float) (left + length(bar.max()) + 8), baseline);
    }

    private double length(double value) {
        double at = isLogarithmic ? Math.log10(Math.max(value, Double.MIN_NORMAL)) : value;
        double room = WIDTH - 2.0 * MARGIN - LABEL_WIDTH - VALUE_WIDTH;
        return Math.max(1, (at - low) / (high - low) * room);
    }
}

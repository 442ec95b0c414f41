package dev.millrace.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarPictureTest {
    private static final int OURS = 0xff0b7285;
    private static final int RIVAL = 0xffb6c2cd;

    private static PictureBar bar(double value, boolean isOurs) {
        return new PictureBar("name", value, value, value, "text", isOurs);
    }

    private static long pixels(BufferedImage image, int colour) {
        long count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += image.getRGB(x, y) == colour ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void barsAreAsLongAsTheirValues() {
        BufferedImage image = new BarPicture("title", "unit", List.of(bar(300, true), bar(100, false)), false).draw();
        assertEquals(3.0, (double) pixels(image, OURS) / pixels(image, RIVAL), 0.05);
    }

    /** From a tenth of the smallest: one decade, then three. */
    @Test
    void barsOnALogarithmicScaleAreAsLongAsTheirDecades() {
        BufferedImage image = new BarPicture("title", "unit", List.of(bar(1000, true), bar(10, false)), true).draw();
        assertEquals(3.0, (double) pixels(image, OURS) / pixels(image, RIVAL), 0.05);
    }

    @Test
    void canBeReadOnAnyPageAndFitsItsWidthWhateverTheTitle() {
        BufferedImage image = new BarPicture("a title ".repeat(40), "unit", List.of(bar(1, true)), false).draw();
        assertEquals(BarPicture.WIDTH * BarPicture.PIXELS_PER_UNIT, image.getWidth());
        assertEquals(0xffffffff, image.getRGB(20, image.getHeight() / 2), "the card is opaque");
        assertTrue(pixels(image, OURS) > 0);
    }
}

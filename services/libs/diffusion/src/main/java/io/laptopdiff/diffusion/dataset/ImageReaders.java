package io.laptopdiff.diffusion.dataset;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import javax.imageio.stream.ImageInputStream;

/**
 * Finds the decoder that reads a file. TwelveMonkeys' are asked for by name and not looked up, for
 * what ImageIO finds depends on the class loader of the thread that asks first.
 */
final class ImageReaders {

    private static final String JDK_JPEG = "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi";

    private static final ImageReaderSpi JPEG = jpeg();
    private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();

    private ImageReaders() {}

    /** Returns the reader for a file, which the caller disposes of; empty where there is none. */
    static Optional<ImageReader> of(ByteReader file, ImageInputStream input) throws IOException {
        if (JpegSegments.isJpeg(file)) {
            return Optional.of(JPEG.createReaderInstance());
        }
        if (WebpChunks.isWebp(file)) {
            return Optional.of(WEBP.createReaderInstance());
        }
        Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
        return readers.hasNext() ? Optional.of(readers.next()) : Optional.empty();
    }

    /**
     * Returns TwelveMonkeys' reader, which decodes with the JDK's and sees to what that one
     * misreads: inks (CMYK), colours without a JFIF header, transparency, unusable profiles. It
     * finds the other one in the registry where it is registered.
     */
    private static ImageReaderSpi jpeg() {
        ServiceRegistry both =
                new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
        IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class,
                        provider -> provider.getClass().getName().equals(JDK_JPEG),
                        false)
                .forEachRemaining(both::registerServiceProvider);
        ImageReaderSpi ours = new JPEGImageReaderSpi();
        both.registerServiceProvider(ours, ImageReaderSpi.class);
        return ours;
    }
}

// Asks each URL as a Java program does. Prints "URL OK TEXT" or "URL REFUSED REASON" for each.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class Client {
    public static void main(String[] urls) throws InterruptedException {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(20)).build();
        for (String url : urls) {
            try {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
                System.out.println(url + " OK " + client.send(request, HttpResponse.BodyHandlers.ofString()).body().strip());
            } catch (java.io.IOException error) {
                System.out.println(url + " REFUSED " + error.getMessage());
            }
        }
    }
}

namespace Locald.Doctor.Probe;

/// <summary>
/// The same few lines in three languages: connect to a port of 127.0.0.1, verify the peer as a name, and print <c>accepts</c> or
/// <c>refuses WHY</c>. What is no verdict ends them with an error. Arguments: port, name.
/// </summary>
internal static class ProbeScripts
{
    internal const string Python = """
        import socket, ssl, sys
        context = ssl.create_default_context()
        try:
            with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 4) as tcp:
                with context.wrap_socket(tcp, server_hostname=sys.argv[2]):
                    print("accepts")
        except ssl.SSLCertVerificationError as error:
            print("refuses", error.verify_message)
        """;

    /// <summary>It insists on verifying, whatever NODE_TLS_REJECT_UNAUTHORIZED says. Codes of OpenSSL's verdicts are words without a prefix; a system's begin with E.</summary>
    internal const string Node = """
        const [port, servername] = process.argv.slice(-2);
        const socket = require('tls').connect({ host: '127.0.0.1', port: Number(port), servername, rejectUnauthorized: true }, () => {
          console.log('accepts');
          socket.destroy();
        });
        socket.on('error', error => {
          if (error.syscall || /^ERR_SSL/.test(error.code)) throw error;
          console.log('refuses ' + (error.code || error.message));
        });
        """;

    internal const string Java = """
        import java.net.Socket;
        import java.security.cert.CertificateException;
        import javax.net.ssl.*;

        public class Probe {
            public static void main(String[] arguments) throws Exception {
                int port = Integer.parseInt(arguments[0]);
                SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
                try (SSLSocket socket = (SSLSocket) factory.createSocket(new Socket("127.0.0.1", port), arguments[1], port, true)) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    socket.setSSLParameters(parameters);
                    socket.setSoTimeout(10_000);
                    socket.startHandshake();
                    System.out.println("accepts");
                } catch (SSLHandshakeException error) {
                    if (!(error.getCause() instanceof CertificateException)) {
                        throw error;
                    }
                    System.out.println("refuses " + error.getMessage());
                }
            }
        }
        """;
}

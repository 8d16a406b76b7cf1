using System.Net;
using System.Net.Sockets;

namespace Locald.Proxy.Listening;

/// <summary>The listening sockets of one server, and what had to be told about them.</summary>
public sealed class Listeners : IDisposable
{
    /// <summary>How often a port that the system chose for one family may be taken on the other before we give up.</summary>
    private const int ChosenPortTries = 16;

    private readonly List<Socket> _https = [];
    private readonly List<Socket> _http = [];
    private readonly List<ListenNote> _notes = [];

    private Listeners()
    {
    }

    public IReadOnlyList<Socket> Https => _https;

    /// <summary>Empty where plain HTTP is off, or its default port was not to be had.</summary>
    public IReadOnlyList<Socket> Http => _http;

    public IReadOnlyList<ListenNote> Notes => _notes;

    /// <summary>The port that URLs carry: that of the first HTTPS socket.</summary>
    public int HttpsPort => ((IPEndPoint)_https[0].LocalEndPoint!).Port;

    /// <summary>
    /// Opens every socket of the plan, beside those that were handed over. An explicit port is exact. Without one, HTTPS takes 443
    /// where the process may bind it, else 8443; plain HTTP takes 80 where it may and it is free, else nothing.
    /// </summary>
    /// <exception cref="ListenException">A socket could not be opened; none stays open.</exception>
    public static Listeners Open(ListenPlan plan, SocketActivation? activation = null)
    {
        Listeners listeners = new();
        try
        {
            listeners._https.AddRange(activation?.Https ?? []);
            listeners._http.AddRange(activation?.Http ?? []);
            listeners.OpenHttps(plan);
            listeners.OpenHttp(plan);
            return listeners;
        }
        catch
        {
            listeners.Dispose();
            throw;
        }
    }

    /// <summary>Closes every socket.</summary>
    public void Dispose()
    {
        foreach (Socket socket in _https.Concat(_http))
        {
            socket.Dispose();
        }
    }

    private void OpenHttps(ListenPlan plan)
    {
        foreach (ListenAddress address in plan.Https)
        {
            OpenOne(_https, address);
        }

        if (_https.Count > 0)
        {
            return;
        }

        try
        {
            OpenOne(_https, new(null, ListenPlan.HttpsPort));
        }
        catch (ListenException refused) when (refused.Fault == ListenFault.NotPermitted)
        {
            OpenOne(_https, new(null, ListenPlan.FallbackHttpsPort));
        }
    }

    private void OpenHttp(ListenPlan plan)
    {
        if (plan.HttpOff)
        {
            _http.ForEach(s => s.Dispose());
            _http.Clear();
            return;
        }

        foreach (ListenAddress address in plan.Http)
        {
            OpenOne(_http, address);
        }

        if (_http.Count > 0 || _https.Exists(s => ((IPEndPoint)s.LocalEndPoint!).Port == ListenPlan.HttpPort))
        {
            return;
        }

        try
        {
            OpenOne(_http, new(null, ListenPlan.HttpPort));
        }
        catch (ListenException refused) when (refused.Fault is ListenFault.NotPermitted)
        {
        }
        catch (ListenException refused) when (refused.Fault is ListenFault.InUse)
        {
            _notes.Add(ListenNote.RedirectPortTaken);
        }
    }

    private void OpenOne(List<Socket> into, ListenAddress address)
    {
        if (address.Address is { } exact)
        {
            OpenExact(into, new(exact, address.Port));
            return;
        }

        for (int tries = 1; !TryOpenLoopback(into, address.Port, lastTry: tries == ChosenPortTries); tries++)
        {
        }
    }

    /// <summary>127.0.0.1 and ::1 on one port. False where the system chose a port that is free on one of them only.</summary>
    private bool TryOpenLoopback(List<Socket> into, int port, bool lastTry)
    {
        int before = into.Count;
        try
        {
            OpenExact(into, new(IPAddress.IPv6Loopback, OpenExact(into, new(IPAddress.Loopback, port))));
            return true;
        }
        catch (ListenException refused) when (refused.Fault == ListenFault.NotLocal && refused.EndPoint!.AddressFamily == AddressFamily.InterNetworkV6)
        {
            if (!_notes.Contains(ListenNote.NoIPv6))
            {
                _notes.Add(ListenNote.NoIPv6);
            }

            return true;
        }
        catch (ListenException refused)
        {
            into[before..].ForEach(s => s.Dispose());
            into.RemoveRange(before, into.Count - before);
            if (port != 0 || refused.Fault != ListenFault.InUse || lastTry)
            {
                throw;
            }

            return false;
        }
    }

    /// <returns>The port, which the system chose where it was 0.</returns>
    private int OpenExact(List<Socket> into, IPEndPoint endPoint)
    {
        if (into.Exists(s => endPoint.Equals(s.LocalEndPoint)))
        {
            return endPoint.Port;
        }

        if (_https.Exists(s => endPoint.Equals(s.LocalEndPoint)))
        {
            throw new ListenException(ListenFault.BadAddress, $"'{endPoint}': it is asked for as HTTPS and as HTTP");
        }

        Socket socket = ListenSocket.Open(endPoint);
        into.Add(socket);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

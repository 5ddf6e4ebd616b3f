using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.LocalPostgres;

/// <summary>
/// Ports on 127.0.0.1 that nobody uses, below the range from which the system takes ports for outgoing connections: a
/// process that starts again finds its port free again, and no client of it can connect to itself meanwhile.
/// </summary>
public static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 32_767;
    private const int AttemptsMax = 1_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>One of them; none twice by the same process.</summary>
    /// <exception cref="ExpectedFailure">None was found.</exception>
    public static int Choose()
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest + 1);
            if (IsFree(port) && Given.TryAdd(port, true)) return port;
        }

        throw ExpectedFailure.Unreachable(
            $"no free port between {Lowest} and {Highest} on 127.0.0.1; stop what uses them");
    }

    /// <summary>Whether nobody listens there.</summary>
    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

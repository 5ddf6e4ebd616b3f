using System.Net;
using System.Net.Sockets;

namespace FuturesEos.Tests.Support;

/// <summary>Addresses of the machine that runs the tests.</summary>
internal static class MachineAddress
{
    /// <summary>Not the one that is listened on by default, and of loopback: nothing leaves the machine.</summary>
    public const string Other = "127.0.0.2";

    /// <summary>Whether ::1 is there.</summary>
    public static bool HasIPv6Loopback
    {
        get
        {
            if (!Socket.OSSupportsIPv6) return false;
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace FuturesEos.Tests.Support;

/// <summary>Addresses of the machine that runs the tests.</summary>
internal static class MachineAddress
{
    /// <summary>One that others could reach; where there is none, a loopback address that nobody listens on by
    /// default.</summary>
    public static string BeyondLoopback { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(held => held.Address)
        .Where(address => address.AddressFamily == AddressFamily.InterNetwork)
        .FirstOrDefault(address => !IPAddress.IsLoopback(address))
        ?.ToString() ?? "127.0.0.2";

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

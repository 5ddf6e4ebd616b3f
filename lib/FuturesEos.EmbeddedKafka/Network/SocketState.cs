using System.Net.Sockets;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>What the operating system knows of a connection that nobody reads from.</summary>
internal static class SocketState
{
    // TCP_INFO, whose first byte is the state: linux/tcp.h
    private const int Tcp = 6;
    private const int LinuxTcpInfo = 11;
    private const byte LinuxEstablished = 1;

    /// <summary>
    /// Whether the peer has closed its side or reset the connection. Linux tells it also while bytes are left to read;
    /// elsewhere it is seen once there are none.
    /// </summary>
    public static bool HasPeerClosed(Socket socket)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
            Span<byte> state = stackalloc byte[1];
            socket.GetRawSocketOption(Tcp, LinuxTcpInfo, state);
            return state[0] != LinuxEstablished;
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }
}

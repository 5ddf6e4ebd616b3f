using Confluent.Kafka;

namespace FuturesEos.Streams.Input;

/// <summary>
/// One stream thread's admin client. It asks the leaders it knows and does not look for new ones after a failure: who
/// asks again gets a new client.
/// </summary>
internal sealed class AdminQuestions(Func<IAdminClient> make) : IDisposable
{
    private IAdminClient? _admin;

    /// <exception cref="KafkaException">The question's; the client that failed is gone.</exception>
    public T Ask<T>(Func<IAdminClient, T> question)
    {
        try
        {
            return question(_admin ??= make());
        }
        catch (KafkaException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _admin?.Dispose();
        _admin = null;
    }
}

using FuturesEos.ServiceDefaults;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

public class FailureSentenceTests
{
    [Fact]
    public void a_defect_says_where_it_was()
    {
        var (code, message) = ServiceHost.Explain(Record.Exception(Defect)!);
        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains(nameof(NotImplementedException), message);
        Assert.Contains($"{nameof(FailureSentenceTests)}.{nameof(Defect)}", message);
        Assert.DoesNotContain('\n', message);
    }

    private static void Defect() => throw new NotImplementedException();
}

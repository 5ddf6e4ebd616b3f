using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class DataFolderTests
{
    [Fact]
    public void a_folder_has_one_owner_whom_the_second_is_told()
    {
        using var folder = new TemporaryFolder();
        using (DataFolder.Take(folder.Path))
        {
            var refusal = Assert.Throws<ExpectedFailure>(() => DataFolder.Take(folder.Path));
            Assert.Equal(ExitCode.CheckFailed, refusal.ExitCode);
            Assert.Contains($"process {Environment.ProcessId}", refusal.Message);
        }

        DataFolder.Take(folder.Path).Dispose();
    }
}

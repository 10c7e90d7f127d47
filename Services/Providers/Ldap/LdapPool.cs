using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Ldap.Protocol;

namespace Sametime.Services.Providers.Ldap;

/// <summary>
/// Connections to one directory, so many at most; who wants one when all are taken waits. Every failure and every timeout is a
/// <see cref="StoreUnavailableException"/>, and its connection is not used again. A connection that the server has closed meanwhile is made
/// anew without anybody's notice. After a failure the directory is left alone for a moment, and whoever asks is told so at once: else each of a
/// crowd at the door would wait for the same silence.
/// </summary>
internal sealed class LdapPool(LdapServerOptions server, LdapOptions options, TimeProvider time, bool bindsItself) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.ConnectionsMax);
    private readonly ConcurrentBag<LdapConnection> _idle = [];
    private readonly Lazy<X509Certificate2Collection?> _authorities = new(() => ReadAuthorities(server), LazyThreadSafetyMode.PublicationOnly);
    private int _waiting;
    private long _awaySince; // 0: it answers, as far as is known

    /// <summary>Does something on a connection.</summary>
    public async Task<T> UseAsync<T>(Func<LdapConnection, CancellationToken, Task<T>> use, CancellationToken stop)
    {
        var since = Interlocked.Read(ref _awaySince);
        if (since != 0 && time.GetElapsedTime(since) < options.AwayPause)
            throw Unavailable("it did not a moment ago", null);
        await EnterAsync(stop).ConfigureAwait(false);
        try
        {
            if (_idle.TryTake(out var kept))
            {
                try
                {
                    return await UseAsync(kept, use, stop).ConfigureAwait(false);
                }
                catch (LdapException)
                {
                    // Closed by the server while nobody used it, as a rule; those beside it then too.
                    while (_idle.TryTake(out var other))
                        other.Dispose();
                }
            }
            return await UseAsync(await OpenAsync(stop).ConfigureAwait(false), use, stop).ConfigureAwait(false);
        }
        catch (LdapException failure)
        {
            SetAway();
            throw Unavailable(failure.Message, failure);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Runs one request within its time.</summary>
    public async Task<T> WithinAsync<T>(TimeSpan limit, string what, Func<CancellationToken, Task<T>> request, CancellationToken stop)
    {
        using var tooLong = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, stop);
        try
        {
            return await request(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            SetAway();
            throw Unavailable($"{what} took longer than {limit.TotalSeconds:0.#} s", null);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
            connection.Dispose();
        _places.Dispose();
    }

    private async Task<T> UseAsync<T>(LdapConnection connection, Func<LdapConnection, CancellationToken, Task<T>> use, CancellationToken stop)
    {
        try
        {
            var result = await use(connection, stop).ConfigureAwait(false);
            Interlocked.Exchange(ref _awaySince, 0);
            _idle.Add(connection);
            return result;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task EnterAsync(CancellationToken stop)
    {
        if (_places.Wait(TimeSpan.Zero, CancellationToken.None))
            return;
        try
        {
            if (Interlocked.Increment(ref _waiting) > options.WaitingMax)
                throw Unavailable("too many wait for it", null);
            await WithinAsync(options.RequestTimeout, "waiting for a connection", async limited =>
            {
                await _places.WaitAsync(limited).ConfigureAwait(false);
                return true;
            }, stop).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<LdapConnection> OpenAsync(CancellationToken stop)
    {
        var connection = await WithinAsync(
            options.ConnectTimeout, "connecting", limited => LdapConnection.OpenAsync(server, _authorities.Value, limited), stop).ConfigureAwait(false);
        if (!bindsItself || server.BindDn.Length == 0)
            return connection;
        try
        {
            var answer = await WithinAsync(
                options.RequestTimeout, "binding", limited => connection.BindAsync(server.BindDn, Password(), limited), stop).ConfigureAwait(false);
            return answer.Code == LdapCode.Success ? connection : throw new LdapException($"{server.BindDn} was refused with {answer}");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Read each time, so that a password that was changed in the file counts at the next connection.
    private byte[] Password()
    {
        try
        {
            return Encoding.UTF8.GetBytes(server.BindPasswordFile.Length > 0 ? File.ReadLines(server.BindPasswordFile).FirstOrDefault() ?? "" : server.BindPassword);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LdapException(failure.Message, failure);
        }
    }

    private static X509Certificate2Collection? ReadAuthorities(LdapServerOptions server)
    {
        if (server.CaFile.Length == 0)
            return null;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(server.CaFile);
            return authorities;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new LdapException(failure.Message, failure);
        }
    }

    private void SetAway() => Interlocked.Exchange(ref _awaySince, Math.Max(1, time.GetTimestamp()));

    private StoreUnavailableException Unavailable(string why, Exception? inner) =>
        new($"The directory {server.Title} does not answer: {why.TrimEnd('.')}.", inner);
}

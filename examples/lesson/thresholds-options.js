export const options = {
  thresholds: {
    // Standard SLO gates (fail CI if breached)
    http_req_duration: [
      { threshold: 'p(95)<500', abortOnFail: true, delayAbortEval: '1m' },
      { threshold: 'p(99)<2000' },
    ],
    http_req_failed: [
      { threshold: 'rate<0.005', abortOnFail: true, delayAbortEval: '30s' },
    ],
    // Custom metric thresholds — per-endpoint breakdown
    'http_req_duration{url:https://api.example.com/checkout}': ['p(95)<600'],
    'http_req_duration{url:https://api.example.com/catalog}': ['p(95)<150'],
    // Custom business metric
    checkout_error_rate: ['rate<0.01'],
  },
  // noVUConnectionReuse: false — default; keep this false for realistic keep-alive behavior
  // insecureSkipTLSVerify: false — never set true in real tests; you want to catch cert issues
};
